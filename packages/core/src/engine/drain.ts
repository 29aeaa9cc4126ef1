import { noLonger } from '../ports/no-longer.ts';
import type { EngineContext } from './context.ts';

/** Waits until this instance looks after no run, at most `timeoutMs`. */
export const waitForActive = async ({ holdings, clock }: EngineContext, timeoutMs: number | null): Promise<void> => {
  const until = timeoutMs === null ? Number.POSITIVE_INFINITY : clock.monotonic() + timeoutMs;
  const over = new AbortController();
  while (holdings.runs.size > 0 && clock.monotonic() < until) {
    const ms = Math.min(until - clock.monotonic(), 30_000);
    await Promise.race([Promise.race(holdings.tasks), clock.sleep(ms, over.signal).catch(() => {})]);
  }
  over.abort(noLonger);
};
