import { unlessAborted } from '@runyard/core/executor-kit';

/** Runs the work of one key one after another. Aborting ends the waiting, and lets the next begin even if the work hears no signal. */
export type InTurn = <T>(key: string, signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

/**
 * Starts of one attempt come together after an adoption or a lost answer. Each would send its secrets into the same pipe, and none would come
 * whole; one behind another, the second finds that the first has done it.
 */
export const newInTurn = (): InTurn => {
  const last = new Map<string, Promise<unknown>>();
  return (key, signal, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const own = before.then(() => {
      signal.throwIfAborted();
      return unlessAborted(signal, work());
    });
    const over = own.catch(() => {});
    last.set(key, over);
    void over.then(() => last.get(key) === over && last.delete(key));
    return unlessAborted(signal, own);
  };
};
