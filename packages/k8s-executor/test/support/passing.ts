import { setTimeout as pause } from 'node:timers/promises';
import type { ManualClock } from '@runyard/core/testing';

/** Lets time pass on the manual clock, sleep by sleep and with room for real I/O between, until the promise settles. */
export const passing = async <T>(clock: ManualClock, promise: Promise<T>): Promise<T> => {
  let settled = false;
  const mark = (): void => {
    settled = true;
  };
  promise.then(mark, mark);
  while (!settled) {
    await pause(3);
    const [next] = clock.pending();
    if (!settled && next !== undefined) await clock.advance(next.inMs);
  }
  return promise;
};
