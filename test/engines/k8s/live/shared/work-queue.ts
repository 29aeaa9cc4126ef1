/** What controllers take their work from: however often a key is added, it is worked on once, and never while its cause is still being told. */
export interface WorkQueue extends Disposable {
  add(key: string): void;
  /** Of several times for one key, the earliest counts. */
  addAfter(key: string, ms: number): void;
}

export const workQueue = (work: (key: string) => void): WorkQueue => {
  const due = new Set<string>();
  const later = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  let next: NodeJS.Immediate | undefined;
  let closed = false;

  const workOff = (): void => {
    next = undefined;
    const keys = [...due];
    due.clear();
    for (const key of keys) if (!closed) work(key);
  };
  const add = (key: string): void => {
    if (closed) return;
    due.add(key);
    next ??= setImmediate(workOff);
  };

  return {
    add,
    addAfter(key, ms) {
      if (closed) return;
      const at = performance.now() + ms;
      const set = later.get(key);
      if (set && set.at <= at) return;
      clearTimeout(set?.timer);
      const timer = setTimeout(
        () => {
          later.delete(key);
          add(key);
        },
        Math.min(Math.max(ms, 0), longestMs),
      );
      later.set(key, { at, timer });
    },
    [Symbol.dispose]() {
      closed = true;
      clearImmediate(next);
      for (const { timer } of later.values()) clearTimeout(timer);
    },
  };
};

// Timers cannot be longer; whoever works on the key sees that it is too early, and adds it again.
const longestMs = 2 ** 31 - 1;
