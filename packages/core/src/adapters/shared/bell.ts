import type { Clock } from '../../ports/clock.ts';
import { follow } from '../../ports/follow.ts';

/** Wakes all who wait for "something changed; look again". Costs nothing while no one waits. */
export class Bell {
  #waiting: Set<() => void> | undefined;

  /** Wakes everyone who is waiting now. */
  ring(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    for (const wake of waiting) wake();
  }

  /** Resolves at the next ring; rejects with the signal's reason. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      this.#waiting ??= new Set();
      const waiting = this.#waiting;
      const wake = (): void => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = (): void => {
        waiting.delete(wake);
        reject(signal.reason);
      };
      waiting.add(wake);
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}

/** Resolves at the next ring or after `ms`, whichever comes first; rejects with the signal's reason. */
export async function rungWithin(bell: Bell, ms: number, { clock, signal }: { clock: Clock; signal: AbortSignal }) {
  if (ms === Number.POSITIVE_INFINITY) return bell.next(signal);
  const over = follow(signal);
  try {
    await Promise.race([bell.next(over.signal), clock.sleep(Math.min(ms, longestSleepMs), over.signal)]);
  } finally {
    over.end();
  }
}

// Whoever waits looks again: no sleep is longer, since laptops sleep too.
const longestSleepMs = 30_000;
