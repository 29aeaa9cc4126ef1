import type { IncomingMessage } from 'node:http';

/** Reads the rest of a request and throws it away, until its end or for `ms`. */
export const untilSent = (incoming: IncomingMessage, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      incoming.off('end', over).off('close', over).off('error', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    timer.unref();
    incoming.on('end', over).on('close', over).on('error', over);
    if (incoming.destroyed || incoming.readableEnded) over();
    else incoming.resume();
  });
