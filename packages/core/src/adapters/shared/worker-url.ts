/**
 * Where the module of a worker thread lies: beside its source while we run from source, in the root of `dist` once we
 * are built. `from` is the caller's `import.meta.url`; the ending of the built file is that of the format we run in.
 */
export const workerUrl = (from: string, source: string, built: string): URL => {
  if (from.endsWith('.ts')) return new URL(source, from);
  return new URL(`./${built}${from.endsWith('.cjs') ? '.cjs' : '.js'}`, from);
};
