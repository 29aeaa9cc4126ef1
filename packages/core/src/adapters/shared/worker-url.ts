/**
 * Where the module of a worker thread or a helper process lies: beside its source while we run from source, in the root of `dist` once we
 * are built. `from` is the caller's `import.meta.url`. Always the ESM file, whichever format the caller has: a CommonJS one could not
 * `import()` a user's module.
 */
export const workerUrl = (from: string, source: string, built: string): URL =>
  new URL(from.endsWith('.ts') ? source : `./${built}.js`, from);
