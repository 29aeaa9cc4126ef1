/**
 * Lets many callers share one piece of work, such that each gets a result of work that began after its call: whoever
 * comes while one is running joins the next one. Aborting ends only the caller's own waiting; when all callers of a
 * flight have gone, the work is aborted.
 */
export interface SharedFlight<T> {
  join(signal: AbortSignal): Promise<T>;
  /** Aborts what is running and waiting, and resolves once it has ended. */
  close(reason: unknown): Promise<void>;
}

interface Flight<T> {
  callers: number;
  abort: AbortController;
  result: Promise<T>;
}

export function sharedFlight<T>(work: (signal: AbortSignal) => Promise<T>): SharedFlight<T> {
  const flying = new Set<Flight<T>>();
  let next: Flight<T> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  function plan(): Flight<T> {
    const abort = new AbortController();
    const before = last;
    const result = before.then(() => {
      if (next === flight) next = null; // it begins: later callers need another one
      abort.signal.throwIfAborted();
      return work(abort.signal);
    });
    const flight: Flight<T> = { callers: 0, abort, result };
    flying.add(flight);
    last = result.then(
      () => flying.delete(flight),
      () => flying.delete(flight),
    );
    return flight;
  }

  return {
    join(signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      next ??= plan();
      const flight = next;
      flight.callers++;
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          flight.callers--;
          if (flight.callers === 0) {
            flight.abort.abort(signal.reason);
            if (next === flight) next = null;
          }
          reject(signal.reason);
        };
        signal.addEventListener('abort', leave, { once: true });
        flight.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
      });
    },
    async close(reason) {
      for (const flight of flying) flight.abort.abort(reason);
      await last;
    },
  };
}
