/** Wakes the loop; a wake while it is busy is not lost. */
export interface Waker {
  wake(): void;
  /** Resolves at the next wake, at once if one came since the last call. */
  woken(signal: AbortSignal): Promise<void>;
}

export const newWaker = (): Waker => {
  let pending = false;
  let release: (() => void) | null = null;
  return {
    wake() {
      pending = true;
      release?.();
    },
    woken: (signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          pending = false;
          release = null;
          signal.removeEventListener('abort', done);
          resolve();
        };
        if (pending || signal.aborted) return done();
        release = done;
        signal.addEventListener('abort', done, { once: true });
      }),
  };
};
