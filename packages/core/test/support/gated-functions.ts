import type { FunctionContext, JobFunction } from '../../src/ports/job-function.ts';

/** Holds jobs where a test wants them, and lets the test write into their logs. */
export interface Gate {
  /** Resolves with the context of the next run of `gated` that has begun. */
  next(): Promise<FunctionContext>;
  /** Lets every run of `gated` end, now and from now on. */
  open(): void;
}

export const gatedFunctions = (): { gate: Gate; functions: Record<string, JobFunction> } => {
  const begun: FunctionContext[] = [];
  const waiting: ((context: FunctionContext) => void)[] = [];
  const opened = Promise.withResolvers<void>();
  const gated: JobFunction = async (context) => {
    const waiter = waiting.shift();
    if (waiter) waiter(context);
    else begun.push(context);
    await Promise.race([
      opened.promise,
      new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason))),
    ]);
  };
  const gate: Gate = {
    next: () => {
      const context = begun.shift();
      return context ? Promise.resolve(context) : new Promise((resolve) => waiting.push(resolve));
    },
    open: () => opened.resolve(),
  };
  const functions: Record<string, JobFunction> = {
    gated,
    say: ({ args, log }) => {
      for (const line of args) log(line);
    },
    noop: () => undefined,
    fail: () => {
      throw new Error('as asked');
    },
  };
  return { gate, functions };
};
