import type { Duplex, Readable } from 'node:stream';
import { bounded } from '@runyard/core/executor-kit';
import type { Dialer, DialFault, DialOptions } from './client.ts';
import { EngineRefusal, unavailable } from './faults.ts';
import { stalling } from './stalling.ts';

export interface Question {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Without a query: `/containers/json`. */
  path: string;
  query?: Readonly<Record<string, string | number | boolean>>;
  body?: object;
  signal: AbortSignal;
  /** Until it has answered. Default 30 s: a connection of which nobody tells that it is broken is noticed. */
  timeoutMs?: number;
}

/**
 * One Docker engine, asked over HTTP. What it refuses is an `EngineRefusal` with its status and words; where it did not
 * answer, `ExecutorUnavailable`. Aborting a question throws the signal's reason, and says nothing of what the engine does with it.
 */
export interface Engine {
  /** The answer's JSON; a Buffer where it is none. */
  ask<T = unknown>(question: Question): Promise<T>;
  /** The answer as it comes. It is destroyed when the signal is aborted, and keeps no process alive. */
  open(question: Question): Promise<Readable>;
  /** Sends a tar. Given up when nothing of it was taken for 30 s. */
  send(question: Omit<Question, 'method' | 'body'>, tar: Buffer | AsyncIterable<Uint8Array>): Promise<void>;
  /** A connection taken over from HTTP, in both directions. */
  hijack(question: Omit<Question, 'method' | 'body'>): Promise<Duplex>;
}

export const createEngine = (client: Dialer): Engine => ({
  ask: (question) => dial(client, question),
  async open(question) {
    const stream = await dial<Readable & { socket?: { unref?(): void } }>(client, question, { isStream: true });
    stream.socket?.unref?.();
    destroyAtAbort(stream, question.signal);
    return stream;
  },
  async send(question, tar) {
    if (Buffer.isBuffer(tar)) return dial(client, { ...question, method: 'PUT' }, { file: tar });
    using patience = stalling(tar, question.timeoutMs ?? answerMs, question.signal);
    try {
      const { signal, stream } = patience;
      await dial(client, { ...question, method: 'PUT', signal, timeoutMs: dayMs }, { file: stream });
    } catch (error) {
      question.signal.throwIfAborted();
      throw patience.signal.aborted
        ? unavailable(`The Docker engine takes no more of an upload (${question.path}).`, error)
        : error;
    } finally {
      patience.stream.destroy();
    }
  },
  async hijack(question) {
    // A body of no bytes: any other may reach the other side as the first bytes of the connection.
    const empty = { hijack: true, file: Buffer.alloc(0) };
    const socket = await dial<Duplex>(client, { ...question, method: 'POST' }, empty);
    destroyAtAbort(socket, question.signal);
    return socket;
  },
});

const answerMs = 30_000;
const dayMs = 86_400_000;

const dial = async <T>(
  { modem }: Dialer,
  { method, path, query = {}, body = {}, signal, timeoutMs = answerMs }: Question,
  extra: Partial<DialOptions> = {},
): Promise<T> => {
  signal.throwIfAborted();
  const limit = bounded(signal, timeoutMs);
  try {
    return await new Promise<T>((resolve, reject) => {
      // The modem takes the query for one only behind a `?`.
      const options = { _query: query, _body: body };
      modem.dial(
        { method, path: `${path}?`, options, statusCodes, abortSignal: limit.signal, ...extra },
        (fault, answer) => (fault ? reject(fault) : resolve(answer as T)),
      );
    });
  } catch (fault) {
    signal.throwIfAborted();
    throw asFault(fault as DialFault, `${method} ${path}`, limit.expired ? timeoutMs : null);
  } finally {
    limit.end();
  }
};

const statusCodes: Record<number, true> = { 101: true, 200: true, 201: true, 202: true, 204: true, 304: true };

const asFault = (fault: DialFault, what: string, waitedMs: number | null): Error => {
  const { statusCode } = fault;
  if (waitedMs !== null) return unavailable(`The Docker engine did not answer within ${waitedMs} ms (${what}).`, fault);
  // An answer all the same: the engine tells in a header where a symlink leads, and a job can make that as long as it likes.
  if (fault.code === 'HPE_HEADER_OVERFLOW') return new EngineRefusal(431, fault.message.trim(), what);
  // Answers of something between us and the engine.
  if (statusCode === undefined || (statusCode >= 502 && statusCode <= 504))
    return unavailable(`The Docker engine could not be asked (${what}): ${fault.message.trim()}.`, fault);
  return new EngineRefusal(statusCode, wordsOf(fault), what);
};

const wordsOf = ({ json, message }: DialFault): string => {
  const told = typeof json === 'object' && json !== null && 'message' in json ? String(json.message) : message;
  return told.trim();
};

const destroyAtAbort = (stream: Readable | Duplex, signal: AbortSignal): void => {
  const destroy = (): void => {
    stream.destroy();
  };
  if (signal.aborted) destroy();
  signal.addEventListener('abort', destroy, { once: true });
  stream.once('close', () => signal.removeEventListener('abort', destroy));
  stream.on('error', () => {}); // who reads it hears of it in his own way
};
