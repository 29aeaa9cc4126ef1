import { Bell } from '../../ports/bell.ts';
import type { Clock } from '../../ports/clock.ts';
import { follow } from '../../ports/follow.ts';

export { Bell };

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
