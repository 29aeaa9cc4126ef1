import { sqliteStore } from '../../src/adapters/sqlite-store/sqlite-store.ts';
import type { Host } from '../../src/ports/host.ts';
import type { Change, Store } from '../../src/ports/store.ts';

/** A real store behind a door: what comes while it is shut is done when it is opened, and answered then. */
export interface Door {
  shut(): void;
  open(): void;
  /** Calls that wait at it. */
  readonly waiting: number;
  /** Shuts it for the first commit that has such a change, and for no other. Resolves when that has come. */
  hold(matches: (change: Change) => boolean): Promise<void>;
}

export const storeBehindDoor = (): { door: Door; store: (host: Host) => Store } => {
  let opened: PromiseWithResolvers<void> | null = null;
  let held: { matches(change: Change): boolean; came: PromiseWithResolvers<void> } | null = null;
  let waiting = 0;
  const pass = async <T>(call: () => Promise<T>, shut: boolean): Promise<T> => {
    if (shut) {
      opened ??= Promise.withResolvers();
      waiting++;
      await opened.promise;
      waiting--;
    }
    return call();
  };
  let isShut = false;
  const door: Door = {
    shut() {
      isShut = true;
    },
    open() {
      isShut = false;
      opened?.resolve();
      opened = null;
    },
    get waiting() {
      return waiting;
    },
    hold(matches) {
      held = { matches, came: Promise.withResolvers() };
      return held.came.promise;
    },
  };
  const through = (store: Store): Store => {
    const names = Object.keys(store).filter((name) => !['kind', 'open', 'close', 'commit'].includes(name));
    const reads = names.map((name) => {
      const read = store[name as 'run'];
      return [name, (...given: Parameters<Store['run']>) => pass(() => read(...given), isShut)];
    });
    return {
      ...store,
      ...Object.fromEntries(reads),
      commit(batches) {
        const hit = held && batches.flat().some(held.matches) ? held : null;
        if (hit) held = null;
        hit?.came.resolve();
        return pass(() => store.commit(batches), isShut || hit !== null);
      },
    };
  };
  return { door, store: (host) => through(sqliteStore()(host)) };
};
