import type { Clock } from '../ports/clock.ts';
import { follow } from '../ports/follow.ts';
import { sleepFor } from './retry.ts';
import type { Waker } from './waker.ts';

/** Waits so long, or until it is woken, or aborted. */
export const wokenOr = async (
  clock: Clock,
  { woken }: Pick<Waker, 'woken'>,
  ms: number,
  signal: AbortSignal,
): Promise<void> => {
  const over = follow(signal);
  await Promise.race([sleepFor(clock, ms, over.signal).catch(() => {}), woken(over.signal)]);
  over.end();
};
