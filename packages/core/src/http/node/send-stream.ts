import type { ServerResponse } from 'node:http';
import { isLastAnswer } from './last-answer.ts';
import { leaveRest } from './leave-rest.ts';
import { taken } from './taken.ts';

export interface Chunks {
  next(): Promise<{ done?: boolean | undefined; value?: unknown }>;
  cancel(reason?: unknown): void;
}

/** Writes chunk by chunk, and asks for the next one only when the client has taken what was written. */
export const sendStream = async (chunks: Chunks, outgoing: ServerResponse, stallMs: number): Promise<void> => {
  const stop = (): void => chunks.cancel();
  outgoing.once('close', stop);
  // A server that closes need not wait for the connection to be used again.
  if (outgoing.req.httpVersionMajor === 1) isLastAnswer(outgoing);
  outgoing.flushHeaders();
  try {
    await pump(chunks, outgoing, stallMs);
    outgoing.end();
    leaveRest(outgoing);
    if (outgoing.writableLength > 0 && !outgoing.destroyed) await taken(outgoing, 'finish', stallMs);
  } catch (error) {
    stop();
    // The status is out already: a connection that breaks off is the only way left to say that this is not all.
    outgoing.destroy(error instanceof Error ? error : undefined);
  } finally {
    outgoing.off('close', stop);
  }
};

const pump = async (chunks: Chunks, outgoing: ServerResponse, stallMs: number): Promise<void> => {
  for (;;) {
    const { done, value } = await chunks.next();
    if (done || outgoing.destroyed) return;
    if (!outgoing.write(value)) await taken(outgoing, 'drain', stallMs);
  }
};
