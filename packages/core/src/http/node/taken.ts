import type { ServerResponse } from 'node:http';
import { isGone } from './is-gone.ts';

/**
 * Until the client has taken what was written. Rejects where it takes nothing: it would keep its connection, and what is held for it, for ever. An
 * answer that waits for the one before it on the same connection is not its client's fault.
 */
export const taken = (outgoing: ServerResponse, event: 'drain' | 'finish', stallMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const over = (): void => {
      clearTimeout(timer);
      outgoing.off(event, go).off('close', go);
    };
    const go = (): void => {
      over();
      resolve();
    };
    const late = (): void => {
      if (!outgoing.socket && !isGone(outgoing)) {
        timer.refresh();
        return;
      }
      over();
      reject(new Error(`The client took nothing of its answer for ${stallMs} ms.`));
    };
    const timer = setTimeout(late, stallMs);
    timer.unref();
    outgoing.once(event, go).once('close', go);
  });
