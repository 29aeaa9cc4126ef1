import type { Clock } from '@runyard/core';
import type { ObjectMeta } from '../api/objects.ts';
import { isNewer } from './version.ts';

/** An object as it was last seen. */
export interface Kept<T> {
  object: T;
  gone: boolean;
  /** Epoch ms, by our clock, when it was first seen to be going, or was gone. */
  deletedAt: number | null;
  /** Epoch ms, by the server's clock, when its deletion was asked for, as that was first told. */
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
      const back = known?.gone === true && !known.proved;
      const deletedAt = back ? null : (known?.deletedAt ?? null);
      objects.set(uid, {
        object: trim(object),
        version: resourceVersion,
        gone: known?.proved === true,
        proved: known?.proved === true,
        deletedAt: deletedAt ?? (deletionTimestamp === undefined ? null : clock.now()),
        deletionAskedAt: known?.deletionAskedAt ?? askedAt(object.metadata),
        goneAt: back ? null : (known?.goneAt ?? null),
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

const askedAt = ({ deletionTimestamp, deletionGracePeriodSeconds = 0 }: ObjectMeta): number | null =>
  deletionTimestamp === undefined ? null : Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;

interface Item<T> extends Kept<T> {
  /** The last that is known of it: of the object, or of its end. */
  version: string;
  proved: boolean;
}
