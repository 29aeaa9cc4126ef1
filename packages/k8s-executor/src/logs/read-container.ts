import type { Api } from '../api/api.ts';
import { unavailable } from '../api/faults.ts';
import { isAbsent, isRefusal } from '../api/refusal.ts';
import { paths } from '../paths.ts';
import { NoLog, type Piece, readLines } from './lines.ts';
import { type Position, sinceTimeOf } from './position.ts';
import { type Output, resumeFrom } from './resume.ts';

export interface ContainerLog {
  namespace: string;
  pod: string;
  container: string;
}

export interface ReadOptions {
  api: Api;
  from: Position;
  follow: boolean;
  /** The container has ended: what has no newline at the end of the log has none. Else it is read again, once it is whole. */
  ended: boolean;
  /** The answer began, or something of it came. */
  onHeard(): void;
  signal: AbortSignal;
}

/** `read`: all that there is now, or until the stream ended. Else there is nothing to read: not yet, or no more. */
export type ReadEnd = 'read' | 'not-begun' | 'gone' | 'node-gone';

/** What a container has written, from a position on. What the kubelet could not read throws `ExecutorUnavailable`. */
export async function* readContainer(
  { namespace, pod, container }: ContainerLog,
  options: ReadOptions,
): AsyncGenerator<Output, ReadEnd> {
  const { api, from, follow, ended, onHeard, signal } = options;
  try {
    const query = { container, timestamps: true, ...(follow && { follow }), sinceTime: sinceTimeOf(from) };
    const call = { method: 'GET', path: paths(namespace).log(pod), query, brief: !follow, signal } as const;
    const stream = await api.open({ ...call, ...(follow && { silenceMs: Number.POSITIVE_INFINITY }) });
    // Its pod has no node yet.
    if (stream.status === 204) return 'not-begun';
    yield* behind(from, readLines(heard(stream, onHeard)), ended);
    return 'read';
  } catch (error) {
    if (isRefusal(error, 400)) return 'not-begun';
    // Of a node that is gone it says so with the words for a pod, and the node's name.
    if (isAbsent(error)) return error.words.includes(`"${pod}"`) ? 'gone' : 'node-gone';
    if (error instanceof NoLog)
      throw unavailable(`The log of ${pod}/${container} could not be read: ${error.message}`, error);
    throw error;
  }
}

async function* behind(from: Position, pieces: AsyncIterable<Piece>, ended: boolean): AsyncGenerator<Output> {
  const reader = resumeFrom(from);
  for await (const piece of pieces) {
    // It may be half a line, of a stream that broke.
    if (piece.cut && !ended) return;
    yield* reader.take(piece);
  }
}

async function* heard(stream: AsyncIterable<Uint8Array>, onHeard: () => void): AsyncGenerator<Uint8Array> {
  onHeard();
  for await (const chunk of stream) {
    onHeard();
    yield chunk;
  }
}
