/** What it resolves with; rejects, with what to look at, once it took longer. */
export const limited = async <T>(work: Promise<T>, limitMs: number): Promise<T> => {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => over.reject(new Error(sentence(limitMs))), limitMs);
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    clearTimeout(timer);
  }
};

const sentence = (limitMs: number): string =>
  `The rule was not proved within ${limitMs} ms: a verb that should have answered still waits. A slow engine needs a longer \`limitMs\`.`;
