/** Reads one thing for all who ask for it at the same time. */
export interface SharedReads<T> {
  /** What `read` gives, by whosever call it is: it began no sooner than this one, so that all that was there by then is in it. */
  ask(key: string, read: () => Promise<T>): Promise<T>;
}

/** Whoever asks while one is under way, which may have seen what was before, shares the next with all who do. */
export const sharedReads = <T>(): SharedReads<T> => {
  const underWay = new Map<string, Promise<T>>();
  const next = new Map<string, Promise<T>>();

  const begin = (key: string, read: () => Promise<T>): Promise<T> => {
    const reading = read().finally(() => {
      if (underWay.get(key) === reading) underWay.delete(key);
    });
    underWay.set(key, reading);
    return reading;
  };

  return {
    ask(key, read) {
      const current = underWay.get(key);
      if (!current) return begin(key, read);
      const known = next.get(key);
      if (known) return known;
      const behind = (): Promise<T> => {
        next.delete(key);
        return begin(key, read);
      };
      const waiting = current.then(behind, behind);
      next.set(key, waiting);
      return waiting;
    },
  };
};
