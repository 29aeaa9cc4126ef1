/**
 * Keeps the process alive until the work is done: somebody awaits it, often with nothing else left in the process, and it must not end
 * in the middle of it. What we wait for ourselves never does that.
 */
export const keptAlive = async <T>(work: () => Promise<T>): Promise<T> => {
  const keepAlive = setInterval(() => {}, 60_000);
  try {
    return await work();
  } finally {
    clearInterval(keepAlive);
  }
};
