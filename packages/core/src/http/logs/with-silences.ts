export const silence = Symbol('silence');

/** The same items, and `silence` each time that none came for `ms`. Ends at once when aborted. */
export async function* withSilences<T>(
  items: AsyncIterable<T>,
  ms: number,
  signal: AbortSignal,
): AsyncGenerator<T | typeof silence> {
  const iterator = items[Symbol.asyncIterator]();
  const timer = silenceTimer(ms, signal);
  try {
    let next = iterator.next();
    for (;;) {
      const got = await Promise.race([next, timer.wait()]);
      if (got === ended) return;
      if (got === silence) yield silence;
      else if (got.done) return;
      else {
        next = iterator.next();
        // It is looked at in the next turn, which may be long after it failed.
        next.catch(() => undefined);
        yield got.value;
      }
    }
  } finally {
    timer.stop();
    // An iterator that is still busy ends by its own signal; no one waits for it.
    void iterator.return?.()?.then(undefined, () => undefined);
  }
}

const ended = Symbol('ended');

// One timer at a time, which keeps no process alive; nothing piles up on the signal, however long the stream is.
const silenceTimer = (ms: number, signal: AbortSignal) => {
  let timer: NodeJS.Timeout | undefined;
  let wake: (() => void) | undefined;
  const onAbort = (): void => wake?.();
  signal.addEventListener('abort', onAbort);
  return {
    stop: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
    wait: () =>
      new Promise<typeof silence | typeof ended>((resolve) => {
        clearTimeout(timer);
        if (signal.aborted) return resolve(ended);
        wake = () => resolve(ended);
        timer = setTimeout(resolve, ms, silence);
        timer.unref();
      }),
  };
};
