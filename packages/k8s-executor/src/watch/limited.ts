import type { Clock } from '@runyard/core';

/** A signal that is aborted with another, or after a time on that clock. Dispose of it, so that nothing hangs on a signal that lives long. */
export const limited = (signal: AbortSignal, ms: number, clock: Clock): { signal: AbortSignal } & Disposable => {
  const over = new AbortController();
  const abort = (): void => over.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  clock.sleep(ms, over.signal).then(
    () => over.abort(new Error(`it took longer than ${ms} ms`)),
    () => {},
  );
  return {
    signal: over.signal,
    [Symbol.dispose]() {
      signal.removeEventListener('abort', abort);
      over.abort(new Error('it is over'));
    },
  };
};
