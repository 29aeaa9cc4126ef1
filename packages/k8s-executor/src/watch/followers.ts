import type { Clock } from '@runyard/core';
import { unlessAborted } from '@runyard/core/executor-kit';
import type { View } from './view.ts';

/** Who waits for which attempt. */
export interface Followers {
  /** Whether somebody waits for it, or did so a moment ago. */
  has(uid: string): boolean;
  readonly size: number;
  follow(uid: string): Follower;
  /** It has changed; who waits for it wakes. */
  changed(uid: string): void;
  /** Forgets those that nobody has waited for since then. */
  sweep(lingerMs: number): void;
}

export interface Follower extends Disposable {
  view(): View;
  changed(atMostMs: number, signal: AbortSignal): Promise<void>;
}

export const createFollowers = (clock: Clock, viewOf: (uid: string) => View): Followers => {
  const groups = new Map<string, Group>();

  const join = (uid: string): Group => {
    const group = groups.get(uid) ?? { count: 0, leftAt: 0, changes: 0, view: null, next: null };
    groups.set(uid, group);
    group.count++;
    return group;
  };

  return {
    has: (uid) => groups.has(uid),
    get size() {
      return groups.size;
    },
    follow(uid) {
      const group = join(uid);
      let seen = -1;
      let left = false;
      return {
        view() {
          seen = group.changes;
          group.view ??= viewOf(uid);
          return group.view;
        },
        async changed(atMostMs, signal) {
          signal.throwIfAborted();
          if (seen !== group.changes) return;
          group.next ??= Promise.withResolvers<void>();
          const over = new AbortController();
          const slept = clock.sleep(atMostMs, over.signal);
          try {
            await unlessAborted(signal, Promise.race([group.next.promise, slept]));
          } finally {
            over.abort();
          }
        },
        [Symbol.dispose]() {
          if (left) return;
          left = true;
          group.count--;
          group.leftAt = clock.monotonic();
        },
      };
    },
    changed(uid) {
      const group = groups.get(uid);
      if (group === undefined) return;
      group.changes++;
      group.view = null;
      group.next?.resolve();
      group.next = null;
    },
    sweep(lingerMs) {
      const before = clock.monotonic() - lingerMs;
      for (const [uid, { count, leftAt }] of groups) if (count === 0 && leftAt <= before) groups.delete(uid);
    },
  };
};

interface Group {
  /** Who has not left yet. */
  count: number;
  leftAt: number;
  changes: number;
  /** As it was last put together; null: it has changed since. */
  view: View | null;
  next: PromiseWithResolvers<void> | null;
}
