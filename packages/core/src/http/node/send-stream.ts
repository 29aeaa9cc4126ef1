import type { ServerResponse } from 'node:http';
import type { Take } from '../../ports/each.ts';
import { isGone } from './is-gone.ts';
import { isLastAnswer } from './last-answer.ts';
import { leaveRest } from './leave-rest.ts';
import { taken } from './taken.ts';

/** Texts or bytes, as `TextStream` has them. */
export interface Chunks {
  pipe(write: Take<string | Uint8Array>): Promise<void>;
  cancel(reason?: unknown): void;
}

/** Writes chunk by chunk, and lets the next one come only when the client has taken what was written. */
export const sendStream = async (chunks: Chunks, outgoing: ServerResponse, stallMs: number): Promise<void> => {
  if (isGone(outgoing)) return chunks.cancel();
  const stop = (): void => chunks.cancel();
  outgoing.once('close', stop);
  // A server that closes need not wait for the connection to be used again.
  if (outgoing.req.httpVersionMajor === 1) isLastAnswer(outgoing);
  outgoing.flushHeaders();
  try {
    await chunks.pipe((chunk) => {
      if (!outgoing.write(chunk)) return taken(outgoing, 'drain', stallMs);
    });
    outgoing.end();
    leaveRest(outgoing);
    if (outgoing.writableLength > 0 && !isGone(outgoing)) await taken(outgoing, 'finish', stallMs);
  } catch (error) {
    stop();
    // The status is out already: a connection that breaks off is the only way left to say that this is not all.
    outgoing.destroy(error instanceof Error ? error : undefined);
  } finally {
    outgoing.off('close', stop);
  }
};
