import { noLonger } from '../ports/no-longer.ts';
import type { EngineContext } from './context.ts';

/** Waits until nothing is left of what this instance looks after, also of what has ended, at most `timeoutMs`. */
export const waitForActive = async ({ holdings, clock }: EngineContext, timeoutMs: number | null): Promise<void> => {
  const until = timeoutMs === null ? Number.POSITIVE_INFINITY : clock.monotonic() + timeoutMs;
  const over = new AbortController();
  while (holdings.attended.size > 0 && clock.monotonic() < until) {
    const ms = Math.min(until - clock.monotonic(), 30_000);
    await Promise.race([Promise.race(holdings.tasks), clock.sleep(ms, over.signal).catch(() => {})]);
  }
  over.abort(noLonger);
};
