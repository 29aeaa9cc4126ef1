import type { ServerResponse } from 'node:http';

export interface Chunks {
  next(): Promise<{ done?: boolean | undefined; value?: unknown }>;
  cancel(reason?: unknown): void;
}

/** Writes chunk by chunk, and asks for the next one only when the client has taken what was written. */
export const sendStream = async (chunks: Chunks, outgoing: ServerResponse, stallMs: number): Promise<void> => {
  const stop = (): void => chunks.cancel();
  outgoing.once('close', stop);
  // A server that closes need not wait for the connection to be used again.
  if (outgoing.req.httpVersionMajor === 1) outgoing.setHeader('connection', 'close');
  outgoing.flushHeaders();
  try {
    await pump(chunks, outgoing, stallMs);
    outgoing.end();
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
    if (!outgoing.write(value)) await drained(outgoing, stallMs);
  }
};

// Rejects where the client takes nothing: it would keep its connection, and what follows the log, for ever.
const drained = (outgoing: ServerResponse, stallMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const over = (): void => {
      clearTimeout(timer);
      outgoing.off('drain', go).off('close', go);
    };
    const go = (): void => {
      over();
      resolve();
    };
    const timer = setTimeout(() => {
      over();
      reject(new Error(`The client took nothing of its answer for ${stallMs} ms.`));
    }, stallMs);
    timer.unref();
    outgoing.once('drain', go).once('close', go);
  });
