import { RunyardError } from '@runyard/core';

/** What is under way, so that it can be ended all at once. */
export interface Calls {
  /** A signal that is aborted with the given one, or when all end. Dispose of it, so that nothing hangs on a signal that lives long. */
  begin(signal: AbortSignal): { signal: AbortSignal } & Disposable;
  close(): void;
}

export const createCalls = (): Calls => {
  const live = new Set<AbortController>();
  let closed = false;
  return {
    begin(signal) {
      const own = new AbortController();
      const abort = (): void => own.abort(signal.reason);
      if (signal.aborted) abort();
      if (closed) own.abort(closing());
      signal.addEventListener('abort', abort, { once: true });
      live.add(own);
      return {
        signal: own.signal,
        [Symbol.dispose]() {
          signal.removeEventListener('abort', abort);
          live.delete(own);
        },
      };
    },
    close() {
      closed = true;
      for (const own of live) own.abort(closing());
      live.clear();
    },
  };
};

const closing = (): RunyardError => new RunyardError('closed', 'The Kubernetes executor was closed.');
