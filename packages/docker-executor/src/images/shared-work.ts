/** Asks for work by its key; who asks while the same is under way waits for that. */
export type ShareWork<T, Told> = (key: string, options: Asking<T, Told>) => Promise<T>;

export interface Asking<T, Told> {
  /** Ends this one's waiting; the work ends with the last who waits. */
  signal: AbortSignal;
  onTold(told: Told): void;
  /** Called in place of `work` for who comes later. */
  onJoined?(): void;
  work(options: { signal: AbortSignal; tell(told: Told): void }): Promise<T>;
}

/** Shared work of each owner by itself, such as of each engine's client. */
export const sharedWorkOf = <T, Told>(): ((owner: object) => ShareWork<T, Told>) => {
  const shares = new WeakMap<object, ShareWork<T, Told>>();
  return (owner) => {
    const share = shares.get(owner) ?? newSharedWork<T, Told>();
    shares.set(owner, share);
    return share;
  };
};

/** Work that several ask for at once and that is done once. */
export const newSharedWork = <T, Told>(): ShareWork<T, Told> => {
  const underWay = new Map<string, UnderWay<T, Told>>();
  return async (key, { signal, onTold, onJoined, work }) => {
    signal.throwIfAborted();
    const known = underWay.get(key);
    if (known) onJoined?.();
    const shared = known ?? begin(underWay, key, work);
    const waiting = Promise.withResolvers<T>();
    const listener = { onTold };
    shared.listeners.add(listener);
    shared.result.then(waiting.resolve, waiting.reject);
    const onAbort = (): void => waiting.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await waiting.promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
      shared.listeners.delete(listener);
      if (shared.listeners.size === 0) leave(underWay, key, shared);
    }
  };
};

interface UnderWay<T, Told> {
  result: Promise<T>;
  listeners: Set<{ onTold(told: Told): void }>;
  controller: AbortController;
}

const begin = <T, Told>(
  underWay: Map<string, UnderWay<T, Told>>,
  key: string,
  work: Asking<T, Told>['work'],
): UnderWay<T, Told> => {
  const controller = new AbortController();
  const listeners: UnderWay<T, Told>['listeners'] = new Set();
  const tell = (told: Told): void => {
    for (const { onTold } of listeners) onTold(told);
  };
  const shared = { listeners, controller, result: work({ signal: controller.signal, tell }) };
  underWay.set(key, shared);
  return shared;
};

// Who comes now begins anew, rather than wait for what is being given up or has its answer already.
const leave = <T, Told>(underWay: Map<string, UnderWay<T, Told>>, key: string, shared: UnderWay<T, Told>): void => {
  if (underWay.get(key) === shared) underWay.delete(key);
  shared.controller.abort();
};
