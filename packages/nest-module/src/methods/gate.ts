import type { FunctionContext, JobFunction } from '@runyard/core';

export interface Gate {
  /** The function, called once the gate is open. */
  behind(job: JobFunction): JobFunction;
  open(): void;
}

/** A Runyard that the host has made may run already, while the providers are not ready for it. */
export const newGate = (): Gate => {
  let isOpen = false;
  const opened = Promise.withResolvers<void>();
  const later = async (job: JobFunction, context: FunctionContext): Promise<void> => {
    await unlessAborted(opened.promise, context.signal);
    await job(context);
  };
  return {
    behind: (job) => (context) => (isOpen ? job(context) : later(job, context)),
    open: () => {
      isOpen = true;
      opened.resolve();
    },
  };
};

const unlessAborted = async (waited: Promise<void>, signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    await Promise.race([waited, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};
