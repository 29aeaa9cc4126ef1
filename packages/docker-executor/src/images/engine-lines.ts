import { addAbortSignal, type Readable } from 'node:stream';
import { engineSilent } from './asking-engine.ts';

/** A line of what the engine tells while it pulls or builds. */
export interface EngineLine {
  status?: string;
  id?: string;
  progressDetail?: { current?: number; total?: number };
  /** Output of a build. */
  stream?: string;
  aux?: { ID?: string };
  error?: string;
  errorDetail?: { message?: string };
}

/**
 * The lines of such a stream, to its end. A fault comes as a line of an answer that began well: its words are given to `failed`, and
 * what that makes of them is thrown. A stream that breaks off is an engine that went away.
 */
export async function* engineLines(
  stream: NodeJS.ReadableStream,
  { signal, failed }: { signal: AbortSignal; failed(words: string): Error },
): AsyncGenerator<EngineLine> {
  for await (const text of textLines(stream, signal)) {
    const line = parse(text);
    const words = line.errorDetail?.message ?? line.error;
    if (words !== undefined) throw failed(words);
    yield line;
  }
}

async function* textLines(stream: NodeJS.ReadableStream, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of addAbortSignal(signal, stream as Readable)) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      yield* lines.filter((line) => line.trim() !== '');
    }
  } catch (error) {
    signal.throwIfAborted();
    throw engineSilent(error);
  }
  if (rest.trim() !== '') yield rest;
}

const parse = (text: string): EngineLine => {
  try {
    return JSON.parse(text) as EngineLine;
  } catch (error) {
    throw engineSilent(error);
  }
};
