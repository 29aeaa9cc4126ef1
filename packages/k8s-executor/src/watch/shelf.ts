import type { Clock } from '@runyard/core';
import type { ObjectMeta } from '../api/objects.ts';
import { isNewer } from './version.ts';

/** An object as it was last seen. */
export interface Kept<T> {
  object: T;
  gone: boolean;
  /** Epoch ms, by our clock, when it was first seen to be going, or was gone. */
  deletedAt: number | null;
  /** Epoch ms, by the server's clock, as far as the first news of its deletion told. */
  deletionAskedAt: number | null;
  /** On the monotonic clock. */
  goneAt: number | null;
}

/** The objects of one kind, by uid, whatever order the news of them come in. */
export interface Shelf<T> {
  /** News; what is known already, or older, changes nothing. */
  put(object: T): void;
  /** It is not there any more, at that version: what is newer brings it back. Without a version that is proved, and nothing does. */
  remove(uid: string, version?: string): void;
  /** A list at that version named these and no others. */
  settle(version: string, named: ReadonlySet<string>): void;
  /** The server begins to count anew, as after a restore from a backup: versions that are known say nothing any more. */
  rewind(): void;
  get(uid: string): Kept<T> | undefined;
  all(): Iterable<[uid: string, kept: Kept<T>]>;
  forget(uid: string): void;
}

export const createShelf = <T extends { metadata: ObjectMeta }>(
  clock: Clock,
  { trim, onChange }: { trim: (object: T) => T; onChange: (uid: string) => void },
): Shelf<T> => {
  const objects = new Map<string, Item<T>>();
  const named = new Map<string, string>();

  const take = (uid: string, version?: string): void => {
    const item = objects.get(uid);
    if (item === undefined || item.proved) return;
    if (version === undefined) item.proved = true;
    else if (isNewer(item.version, version)) return;
    else item.version = version;
    if (item.gone) return;
    item.gone = true;
    item.goneAt = clock.monotonic();
    item.deletedAt ??= clock.now();
    onChange(uid);
  };

  // Of two with one name only the later can be there.
  const claimName = (uid: string, { name, resourceVersion }: ObjectMeta): void => {
    const other = named.get(name);
    const holder = other === undefined || other === uid ? undefined : objects.get(other);
    if (holder === undefined || holder.gone || isNewer(resourceVersion, holder.version)) {
      named.set(name, uid);
      if (holder !== undefined && other !== undefined) take(other);
    } else take(uid);
  };

  return {
    put(object) {
      const { uid, resourceVersion, deletionTimestamp } = object.metadata;
      const known = objects.get(uid);
      if (known !== undefined && !isNewer(resourceVersion, known.version)) return;
      const before = known === undefined || (known.gone && !known.proved) ? unknown : known;
      const isGoing = deletionTimestamp !== undefined;
      objects.set(uid, {
        ...before,
        object: trim(object),
        version: resourceVersion,
        deletedAt: before.deletedAt ?? (isGoing ? clock.now() : null),
        deletionAskedAt: before.deletedAt === null && isGoing ? askedAt(object.metadata) : before.deletionAskedAt,
      });
      if (known === undefined) claimName(uid, object.metadata);
      onChange(uid);
    },
    remove: take,
    settle(version, listed) {
      for (const uid of objects.keys()) if (!listed.has(uid)) take(uid, version);
    },
    rewind() {
      for (const item of objects.values()) item.version = '0';
    },
    get: (uid) => objects.get(uid),
    all: () => objects.entries(),
    forget(uid) {
      const name = objects.get(uid)?.object.metadata.name;
      if (name !== undefined && named.get(name) === uid) named.delete(name);
      objects.delete(uid);
    },
  };
};

// Of what is seen first, and of what comes back.
const unknown = { gone: false, proved: false, deletedAt: null, deletionAskedAt: null, goneAt: null };

// Without a grace it is the kubelet's last word on a pod that has ended, which tells no more when it was asked for.
const askedAt = ({ deletionTimestamp = '', deletionGracePeriodSeconds = 0 }: ObjectMeta): number | null =>
  deletionGracePeriodSeconds > 0 ? Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000 : null;

interface Item<T> extends Kept<T> {
  /** The last that is known of it: of the object, or of its end. */
  version: string;
  proved: boolean;
}
