import type { Clock } from '@runyard/core';

export interface PassingClock extends Clock {
  /** As if so much time had passed: who sleeps wakes when he is due by then. */
  letPass(ms: number): void;
}

/** The time of this machine, part of which can be skipped, so that nobody has to wait for the night. */
export const passingClock = (): PassingClock => {
  let passed = 0;
  const sleeping = new Set<() => void>();
  const monotonic = (): number => performance.now() + passed;
  return {
    now: () => Date.now() + passed,
    monotonic,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const until = monotonic() + ms;
        let timer: NodeJS.Timeout;
        const end = (settle: () => void): void => {
          clearTimeout(timer);
          sleeping.delete(look);
          signal.removeEventListener('abort', abort);
          settle();
        };
        const abort = (): void => end(() => reject(signal.reason));
        const look = (): void => {
          clearTimeout(timer);
          const left = until - monotonic();
          if (left <= 0) end(resolve);
          else timer = setTimeout(look, Math.min(left, 2 ** 31 - 1)).unref();
        };
        sleeping.add(look);
        signal.addEventListener('abort', abort, { once: true });
        look();
      }),
    letPass(ms) {
      passed += ms;
      for (const look of [...sleeping]) look();
    },
  };
};
