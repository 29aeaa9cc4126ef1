/** What several generators yield, as it comes. One that throws ends them all. */
export async function* merge<T>(generators: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const [only] = generators;
  if (generators.length === 1 && only) return yield* only;
  const next = new Map(generators.map((one) => [one, step(one)]));
  try {
    while (next.size > 0) {
      const { from, result } = await Promise.race(next.values());
      if (result.done) next.delete(from);
      else {
        next.set(from, step(from));
        yield result.value;
      }
    }
  } finally {
    for (const pending of next.values()) pending.catch(() => {});
    // One that waits for something ends only with its signal.
    for (const one of next.keys()) one.return(undefined).catch(() => {});
  }
}

const step = async <T>(from: AsyncGenerator<T>): Promise<{ from: AsyncGenerator<T>; result: IteratorResult<T> }> => ({
  from,
  result: await from.next(),
});
