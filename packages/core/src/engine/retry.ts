import type { Clock } from '../ports/clock.ts';

const firstMs = 250;
const longestMs = 30_000;

/**
 * Repeats a call until it answers: used where "could not ask" must never become an outcome. `onFault` hears of every
 * failure and may throw to give up. Ends early only through the signal.
 */
export const untilAnswered = async <T>(
  clock: Clock,
  signal: AbortSignal,
  call: () => Promise<T>,
  onFault: (error: unknown, faults: number) => void,
): Promise<T> => {
  for (let faults = 1; ; faults++) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      onFault(error, faults);
      await clock.sleep(Math.min(firstMs * 2 ** (faults - 1), longestMs), signal);
    }
  }
};

/** Sleeps so long by the monotonic clock, which nobody sets, in pieces of at most 30 s, since machines sleep. */
export const sleepFor = async (clock: Clock, ms: number, signal: AbortSignal): Promise<void> => {
  const until = clock.monotonic() + ms;
  for (let left = ms; left > 0; left = until - clock.monotonic()) await clock.sleep(Math.min(left, longestMs), signal);
};
