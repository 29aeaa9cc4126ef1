import type { Clock } from '../../ports/clock.ts';

/** The time of this machine. */
export const systemClock = (): Clock => ({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
});

// A timer that never keeps the process alive. Node's own promised timer rejects with an error of its own instead of
// the signal's reason.
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', stop);
        resolve();
      },
      Math.min(ms, longestTimerMs),
    );
    timer.unref();
    signal.addEventListener('abort', stop, { once: true });
  });
}

// Node fires a longer timer at once. Waking early is harmless: whoever sleeps looks at the clock again.
const longestTimerMs = 2 ** 31 - 1;
