/** What several generators yield, as it comes, each asked for its next only when its last was taken. One that throws ends them all. */
export async function* merge<T>(generators: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const [only] = generators;
  if (generators.length === 1 && only) return yield* only;
  const settled: Settled<T>[] = [];
  const living = new Set(generators);
  let wake = Promise.withResolvers<void>();
  // Each into the queue once: a race would hold on to all that was ever raced with one that is silent.
  const ask = (from: AsyncGenerator<T>): void => {
    const settle = (one: Settled<T>): void => {
      settled.push(one);
      wake.resolve();
    };
    from.next().then(
      (result) => settle({ from, result }),
      (error: unknown) => settle({ from, error }),
    );
  };
  try {
    for (const one of generators) ask(one);
    while (living.size > 0) {
      await wake.promise;
      wake = Promise.withResolvers();
      for (const one of settled.splice(0)) {
        if ('error' in one) throw one.error;
        if (one.result.done) living.delete(one.from);
        else {
          yield one.result.value;
          ask(one.from);
        }
      }
    }
  } finally {
    // One that waits for something ends only with its signal.
    for (const one of living) one.return(undefined).catch(() => {});
  }
}

type Settled<T> = { from: AsyncGenerator<T>; result: IteratorResult<T> } | { from: AsyncGenerator<T>; error: unknown };
