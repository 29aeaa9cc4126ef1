import type { Clock } from '../ports/clock.ts';
import { follow } from '../ports/follow.ts';

/**
 * The answer, unless it takes longer or the signal comes first. Who is asked gets a signal for that, and is let go whether it heeds it
 * or not.
 */
export const within = async <T>(
  ms: number,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const limit = follow(signal);
  clock.sleep(ms, limit.signal).then(
    () => limit.end(new Error(`no answer within ${ms / 1000} s`)),
    () => {},
  );
  try {
    return await unlessAborted(limit.signal, ask(limit.signal));
  } finally {
    limit.end();
  }
};

/** The answer, unless the signal comes first. */
export const unlessAborted = <T>(signal: AbortSignal, answer: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    // Heard in any case: an answer that nobody waits for must not become an unhandled rejection.
    answer.then(resolve, reject);
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
