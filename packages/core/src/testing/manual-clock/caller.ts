/** Where a function was called from; put into words only when someone asks. */
export interface Caller {
  stack?: string;
}

/** The caller of a function that is now running. One frame is all that is kept: a whole stack is most of what a sleep would cost. */
export const callerOf = (called: (...args: never[]) => unknown): Caller => {
  const caller: Caller = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(caller, called);
  Error.stackTraceLimit = stackTraceLimit;
  return caller;
};

/** `at <function> (<file>:<line>)`. */
export const inWords = (caller: Caller | null): string =>
  caller === null
    ? 'at a place that was not traced (traceSleeps: false)'
    : (caller.stack?.split('\n')[1]?.trim() ?? 'at an unknown place');
