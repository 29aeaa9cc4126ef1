import type { EventObject } from '../api/objects.ts';
import { trimEvent } from './trim.ts';
import { isNewer } from './version.ts';

/** Events by the object that they are about. They come before it is known, and of objects that are not ours; how many are kept is bounded. */
export interface EventShelf {
  /** True: it is news. */
  put(event: EventObject): boolean;
  /** Of these objects, in the order in which they came; one that was told again stands where it came last. */
  of(uids: readonly string[]): EventObject[];
  forget(uid: string): void;
}

/** `worth` says how much it matters that an object's events are kept: nothing, something, or that they have to be. */
export const createEventShelf = (worth: (uid: string) => 0 | 1 | 2): EventShelf => {
  // Those that were told of last stand last.
  const objects = new Map<string, Map<string, Told>>();
  let count = 0;
  let most = mostEvents;
  let order = 0;

  const drop = (uid: string): void => {
    count -= objects.get(uid)?.size ?? 0;
    objects.delete(uid);
  };

  // Those told of longest ago, until a tenth is free; what has to be kept makes room for itself.
  const makeRoom = (): void => {
    for (const dispensable of [0, 1]) {
      for (const uid of objects.keys()) {
        if (count <= mostEvents * 0.9) break;
        if (worth(uid) <= dispensable) drop(uid);
      }
    }
    most = Math.max(mostEvents, count + mostEvents / 10);
  };

  return {
    put(event) {
      const about = event.involvedObject.uid;
      const { uid, resourceVersion } = event.metadata;
      if (about === undefined) return false;
      const told = objects.get(about) ?? new Map<string, Told>();
      const known = told.get(uid);
      if (known !== undefined && !isNewer(resourceVersion, known.event.metadata.resourceVersion)) return false;
      if (!told.delete(uid)) count++;
      told.set(uid, { event: trimEvent(event), order: order++ });
      objects.delete(about);
      objects.set(about, told);
      const [first] = told.size > mostOfOne ? told.keys() : [];
      if (first !== undefined && told.delete(first)) count--;
      if (count > most) makeRoom();
      return true;
    },
    of: (uids) =>
      uids
        .flatMap((uid) => [...(objects.get(uid)?.values() ?? [])])
        .sort((a, b) => a.order - b.order)
        .map(({ event }) => event),
    forget: drop,
  };
};

interface Told {
  event: EventObject;
  order: number;
}

const mostEvents = 5_000;
const mostOfOne = 32;
