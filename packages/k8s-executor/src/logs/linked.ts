/** A signal that aborts with another one, or for a reason of its own; disposed of, it aborts and hangs on the other no more. */
export interface Linked extends Disposable {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
}

export const linked = (signal: AbortSignal): Linked => {
  const own = new AbortController();
  const pass = (): void => own.abort(signal.reason);
  if (signal.aborted) pass();
  signal.addEventListener('abort', pass, { once: true });
  return {
    signal: own.signal,
    abort: (reason) => own.abort(reason),
    [Symbol.dispose]() {
      signal.removeEventListener('abort', pass);
      own.abort(new Error('the log is read no more'));
    },
  };
};
