import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Credentials } from './credentials.ts';
import { Unanswered } from './faults.ts';

export interface Message {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body?: string;
}

export interface SendOptions {
  credentials: Credentials;
  /** How long nothing may come. Of a stream it counts until the answer begins. */
  silenceMs: number;
  /** The answer goes on and on; the process may end meanwhile. */
  stream: boolean;
  /** Of this exchange alone. Ends it; whoever waits hears `Unanswered`. */
  signal: AbortSignal;
}

export interface Answer {
  status: number;
  message: IncomingMessage;
  /** All of it; rejects with `Unanswered`. */
  text(): Promise<string>;
}

/** One exchange over HTTP. Resolves when the answer begins, whatever its status; rejects with `Unanswered`. */
export const send = (message: Message, options: SendOptions): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { silenceMs, stream, signal } = options;
    if (signal.aborted) return reject(new Unanswered('it was given up'));
    const request = createRequest(message, options.credentials);
    const abort = (): void => void request.destroy(new Error('it was given up'));
    signal.addEventListener('abort', abort, { once: true });
    const limitMs = silenceMs === Number.POSITIVE_INFINITY ? connectMs : silenceMs;
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${limitMs / 1000} s`)), limitMs);
    timer.unref();
    if (silenceMs === Number.POSITIVE_INFINITY) {
      request.once('socket', (socket) => socket.unref());
      // It is written once there is a connection.
      request.once('finish', () => clearTimeout(timer));
    }
    request.once('error', (error) => reject(unanswered(error)));
    request.on('error', () => {}); // what comes later, whoever reads hears of
    request.once('close', () => clearTimeout(timer));
    request.once('response', (answer) => {
      // Of a refusal the body is read at once.
      if (stream && (answer.statusCode ?? 0) < 300) {
        clearTimeout(timer);
        answer.socket.unref();
      }
      resolve({
        status: answer.statusCode ?? 0,
        message: answer,
        text: () => readAll(answer, () => timer.refresh()),
      });
    });
    request.end(message.body);
  });

const connectMs = 10_000;

const createRequest = ({ method, url, headers }: Message, { agent, auth, headers: own }: Credentials): ClientRequest =>
  (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method,
    agent,
    headers: { ...headers, ...own },
    ...(auth !== undefined && { auth }),
  });

const readAll = async (answer: IncomingMessage, onChunk: () => void): Promise<string> => {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer) {
      onChunk();
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw unanswered(error);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const unanswered = (error: unknown): Unanswered => new Unanswered(wordsOf(error), error);

// A name with several addresses fails with one error for each.
const wordsOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.message === '') return wordsOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
};
