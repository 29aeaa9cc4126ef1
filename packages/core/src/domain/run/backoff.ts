import type { Backoff } from '../job/job.ts';

/**
 * Delay before the nth retry (n from 1), in ms: initial, times factor each time, capped; the random share is taken off,
 * so the cap holds.
 */
export const retryDelay = (backoff: Backoff, n: number, random: number): number => {
  const full = Math.min(backoff.initialMs * backoff.factor ** (n - 1), backoff.maxMs);
  return Math.round(full * (1 - backoff.jitter * random));
};
