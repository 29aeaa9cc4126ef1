import type { KubeObject } from '../cluster.ts';
import type { Change } from './change.ts';

/** The last changes of one resource, as the API server's watch cache holds them. */
export interface History {
  add(change: Change): void;
  /** Watches and lists can go back to this version, and no further. */
  oldest(): number;
  /** Those that came after that version. */
  after(version: number): readonly Change[];
  /** Makes of the objects of now those that stood there at that version. */
  undo(now: ReadonlyMap<string, KubeObject>, version: number): Map<string, KubeObject>;
  /** Nothing before this version can be told any more. */
  forget(version: number): void;
}

/** @param kept how many changes, at the least */
export function createHistory(first: number, kept: number): History {
  let changes: Change[] = [];
  let oldest = first;

  return {
    add(change) {
      changes.push(change);
      // Cut in large pieces, so that each costs little.
      if (changes.length >= kept * 2) {
        oldest = changes[changes.length - kept - 1]?.version ?? oldest;
        changes = changes.slice(-kept);
      }
    },
    oldest: () => oldest,
    after: (version) => changes.slice(firstAfter(changes, version)),
    undo(now, version) {
      const then = new Map(now);
      for (const change of changes.slice(firstAfter(changes, version)).reverse()) {
        const key = keyOf(change.object);
        if (change.previous) then.set(key, change.previous);
        else then.delete(key);
      }
      return then;
    },
    forget(version) {
      oldest = version;
      changes = changes.slice(firstAfter(changes, version));
    },
  };
}

export const keyOf = (object: KubeObject) => `${object.metadata.namespace ?? ''}/${object.metadata.name}`;

// Versions rise, so half of what is left is ruled out with each look.
function firstAfter(changes: readonly Change[], version: number): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle]?.version ?? 0) > version) high = middle;
    else low = middle + 1;
  }
  return low;
}
