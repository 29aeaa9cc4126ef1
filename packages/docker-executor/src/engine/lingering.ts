/** Does something with a signal that is aborted so much later than the given one. */
export const lingering = async <T>(
  signal: AbortSignal,
  ms: number,
  work: (late: AbortSignal) => Promise<T>,
): Promise<T> => {
  signal.throwIfAborted();
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const later = (): void => {
    timer = setTimeout(() => over.abort(signal.reason), ms);
    timer.unref();
  };
  signal.addEventListener('abort', later, { once: true });
  try {
    return await work(over.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', later);
  }
};
