/** The answer, unless the signal comes first: not every way to ask can be aborted, and aborting does not end every wait. */
export const unlessAborted = async <T>(signal: AbortSignal, answer: Promise<T>): Promise<T> => {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([aborted.promise, answer]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};
