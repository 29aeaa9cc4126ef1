import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

/** We are guests in somebody's event loop: no piece of work holds it longer. */
const sliceMs = 8;

/** Calls `each` for every item, letting the host's event loop go round in between: what it sets going counts too. */
export const inSlices = async <T>(
  clock: Clock,
  items: Iterable<T>,
  each: (item: T, index: number) => void,
): Promise<void> => {
  let from = clock.monotonic();
  let index = 0;
  for (const item of items) {
    if (clock.monotonic() - from >= sliceMs) {
      await setImmediate();
      from = clock.monotonic();
    }
    each(item, index++);
    await null;
  }
};

/** Drives a piece of work that yields where it may rest, and lets the host's event loop go round there when it is time. */
export const restingWhere = async <T>(clock: Clock, work: Generator<void, T>): Promise<T> => {
  let from = clock.monotonic();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (clock.monotonic() - from < sliceMs) continue;
    await setImmediate();
    from = clock.monotonic();
  }
};

/** For work with awaits in it: each call lets the host's event loop go round once so long was worked since the last time. */
export const restEvery = (clock: Clock, ms: number): (() => Promise<void>) => {
  let from = clock.monotonic();
  return async () => {
    if (clock.monotonic() - from < ms) return;
    await setImmediate();
    from = clock.monotonic();
  };
};
