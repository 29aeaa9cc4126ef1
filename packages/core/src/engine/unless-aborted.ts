/** The answer, unless the signal comes first; whoever was asked may not heed it. */
export const unlessAborted = <T>(signal: AbortSignal, answer: Promise<T> | T): Promise<T> =>
  new Promise((resolve, reject) => {
    // Heard in any case: an answer that nobody waits for must not become an unhandled rejection.
    Promise.resolve(answer).then(resolve, reject);
    if (signal.aborted) return reject(signal.reason);
    const given = (): void => reject(signal.reason);
    signal.addEventListener('abort', given, { once: true });
  });
