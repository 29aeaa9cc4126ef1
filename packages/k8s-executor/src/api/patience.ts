import type { Clock } from '@runyard/core';
import { backoffMs } from './backoff.ts';
import { Unanswered } from './faults.ts';
import { isRefusal } from './refusal.ts';

export interface Patience {
  clock: Clock;
  random: () => number;
  /** For how long it is asked again. */
  patienceMs: number;
  signal: AbortSignal;
  /** What is thrown in the end, of the last answer. */
  fault(last: Error): Error;
}

/** Asks until there is an answer that says something; the server's own `Retry-After` comes before our doubling pauses. */
export const patiently = async <T>(once: (leftMs: number) => Promise<T>, patience: Patience): Promise<T> => {
  const { clock, patienceMs, signal } = patience;
  const until = clock.monotonic() + patienceMs;
  for (let tries = 0; ; tries++) {
    try {
      return await once(until - clock.monotonic());
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error)) throw error;
      const pause = pauseAfter(error, tries, { ...patience, leftMs: until - clock.monotonic() });
      if (pause === null) throw patience.fault(error);
      await clock.sleep(pause, signal);
    }
  }
};

// Answers that are about the server, or about something before it, and not about what was asked.
const isPassing = (error: unknown): error is Error =>
  error instanceof Unanswered || isRefusal(error, 429, 500, 502, 503, 504);

// null: not any more. The last try comes when the patience ends.
const pauseAfter = (
  error: Error,
  tries: number,
  { leftMs, random }: { leftMs: number; random: () => number },
): number | null => {
  if (leftMs <= 0) return null;
  const wished = isRefusal(error) ? error.retryAfterMs : undefined;
  if (wished === undefined) return Math.min(leftMs, backoffMs(tries, { firstMs: 250, mostMs: 8_000, random }));
  return wished > leftMs ? null : Math.min(leftMs, wished + random() * Math.max(wished / 4, 250));
};
