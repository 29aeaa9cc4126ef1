/** A signal that is aborted with another, or after a time. End it, so that nothing of it hangs on a signal that lives long. */
export const bounded = (
  signal: AbortSignal,
  ms: number,
): { signal: AbortSignal; readonly expired: boolean; end(): void } => {
  const over = new AbortController();
  let expired = false;
  const abort = (): void => over.abort(signal.reason);
  const expire = (): void => {
    expired = true;
    over.abort(new Error(`no answer within ${ms} ms`));
  };
  const timer = setTimeout(expire, ms);
  timer.unref();
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return {
    signal: over.signal,
    get expired() {
      return expired;
    },
    end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
};
