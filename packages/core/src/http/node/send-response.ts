import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyAnswer } from '../plain-answer.ts';
import { type Chunks, sendStream } from './send-stream.ts';
import { untilSent } from './until-sent.ts';

/**
 * Writes an answer to Node's response. One that is not to be buffered on its way goes out chunk by chunk, as they come and as
 * fast as the client takes them; any other goes out whole, with its length. A client that takes nothing for `stallMs` is cut off.
 */
export const sendResponse = async (answer: AnyAnswer, outgoing: ServerResponse, stallMs: number): Promise<void> => {
  outgoing.statusCode = answer.status;
  if (!(answer instanceof Response)) {
    for (const name in answer.headers) outgoing.setHeader(name, answer.headers[name] ?? '');
    return answer.stream ? sendStream(answer.stream, outgoing, stallMs) : sendWhole(answer.text, outgoing);
  }
  for (const [name, value] of answer.headers) outgoing.setHeader(name, value);
  if (answer.headers.get('x-accel-buffering') === 'no' && answer.body)
    return sendStream(chunksOf(answer.body), outgoing, stallMs);
  return sendWhole(answer.body && Buffer.from(await answer.arrayBuffer()), outgoing);
};

const chunksOf = (body: ReadableStream<Uint8Array>): Chunks => {
  const reader = body.getReader();
  return { next: () => reader.read(), cancel: (reason) => void reader.cancel(reason).catch(() => undefined) };
};

const sendWhole = async (body: string | Buffer | null, outgoing: ServerResponse): Promise<void> => {
  if (body !== null) outgoing.setHeader('content-length', Buffer.byteLength(body));
  if (outgoing.req.complete || (await isWhole(outgoing.req))) outgoing.end(body);
  else await sendEarly(body, outgoing);
};

// A small body that nobody wanted is most often there already, or about to be: its connection may be used again.
const isWhole = async (incoming: IncomingMessage): Promise<boolean> => {
  if (incoming.complete || incoming.httpVersionMajor !== 1) return true;
  if (Number(incoming.headers['content-length'] ?? Number.NaN) <= smallBytes) await untilSent(incoming, soonMs);
  return incoming.complete;
};

const smallBytes = 64 * 1024;
const soonMs = 50;

/** How long a client may go on with a body that is answered already. */
const lingerMs = 2_000;

/**
 * An answer to a client that is still sending. A connection that were closed at once would be reset, and the answer lost with it; one that stays
 * open would have to take the rest of the body. So it reads on for a moment, and then closes whatever still comes.
 */
const sendEarly = async (body: string | Buffer | null, outgoing: ServerResponse): Promise<void> => {
  outgoing.setHeader('connection', 'close');
  if (body !== null) {
    // What compresses on its way would keep the end back.
    outgoing.setHeader('cache-control', `${outgoing.getHeader('cache-control') ?? 'no-store'}, no-transform`);
    outgoing.write(body);
  } else outgoing.flushHeaders();
  await untilSent(outgoing.req, lingerMs);
  outgoing.end();
};
