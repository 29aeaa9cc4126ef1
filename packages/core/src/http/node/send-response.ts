import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyAnswer } from '../plain-answer.ts';
import { isGone } from './is-gone.ts';
import { isLastAnswer } from './last-answer.ts';
import { leaveRest, lingerMs } from './leave-rest.ts';
import { type Chunks, sendStream } from './send-stream.ts';
import { taken } from './taken.ts';
import { untilSent } from './until-sent.ts';

/**
 * Writes an answer to Node's response. One that is not to be buffered on its way goes out chunk by chunk, as they come and as
 * fast as the client takes them; any other goes out whole, with its length. A client that takes nothing for `stallMs` is cut off.
 */
export const sendResponse = async (answer: AnyAnswer, outgoing: ServerResponse, stallMs: number): Promise<void> => {
  outgoing.statusCode = answer.status;
  if (!(answer instanceof Response)) {
    for (const name in answer.headers) outgoing.setHeader(name, answer.headers[name] ?? '');
    return answer.stream ? sendStream(answer.stream, outgoing, stallMs) : sendWhole(answer.text, outgoing, stallMs);
  }
  for (const [name, value] of answer.headers) outgoing.setHeader(name, value);
  if (answer.headers.get('x-accel-buffering') === 'no' && answer.body)
    return sendStream(streamOf(answer.body), outgoing, stallMs);
  return sendWhole(answer.body && Buffer.from(await answer.arrayBuffer()), outgoing, stallMs);
};

const streamOf = (body: ReadableStream<Uint8Array>): Chunks => {
  const reader = body.getReader();
  return {
    async pipe(write) {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        await write(value);
      }
    },
    cancel: (reason) => void reader.cancel(reason).catch(() => undefined),
  };
};

const sendWhole = async (body: string | Buffer | null, outgoing: ServerResponse, stallMs: number): Promise<void> => {
  if (body !== null) outgoing.setHeader('content-length', Buffer.byteLength(body));
  if (!(outgoing.req.complete || (await isWhole(outgoing.req)))) return sendEarly(body, outgoing);
  try {
    await sendAtTheirPace(body, outgoing, stallMs);
  } catch (error) {
    outgoing.destroy(error instanceof Error ? error : undefined);
  }
};

// Most answers are with the client, or with its kernel, at once.
const sendAtTheirPace = async (
  body: string | Buffer | null,
  outgoing: ServerResponse,
  stallMs: number,
): Promise<void> => {
  let rest = body;
  if (rest !== null && rest.length > pieceBytes) {
    const bytes = typeof rest === 'string' ? Buffer.from(rest) : rest;
    let from = 0;
    for (; bytes.length - from > pieceBytes; from += pieceBytes) {
      if (isGone(outgoing)) return;
      if (!outgoing.write(bytes.subarray(from, from + pieceBytes))) await taken(outgoing, 'drain', stallMs);
    }
    rest = bytes.subarray(from);
  }
  outgoing.end(rest);
  leaveRest(outgoing);
  if (outgoing.writableLength > 0 && !isGone(outgoing)) await taken(outgoing, 'finish', stallMs);
};

/** Of which a client that is slow, but takes something, is through in time. */
const pieceBytes = 256 * 1024;

// A small body that nobody wanted is most often there already, or about to be: its connection may be used again.
const isWhole = async (incoming: IncomingMessage): Promise<boolean> => {
  if (incoming.complete || incoming.httpVersionMajor !== 1) return true;
  if (Number(incoming.headers['content-length'] ?? Number.NaN) <= smallBytes) await untilSent(incoming, soonMs);
  return incoming.complete;
};

const smallBytes = 64 * 1024;
const soonMs = 50;

/**
 * An answer to a client that is still sending. A connection that were closed at once would be reset, and the answer lost with it; one that stays
 * open would have to take the rest of the body. So it reads on for a moment, and then closes whatever still comes.
 */
const sendEarly = async (body: string | Buffer | null, outgoing: ServerResponse): Promise<void> => {
  isLastAnswer(outgoing);
  if (body !== null) {
    // What compresses on its way would keep the end back.
    outgoing.setHeader('cache-control', `${outgoing.getHeader('cache-control') ?? 'no-store'}, no-transform`);
    outgoing.write(body);
  } else outgoing.flushHeaders();
  await untilSent(outgoing.req, lingerMs);
  outgoing.end();
};
