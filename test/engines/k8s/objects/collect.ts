import type { KubeObject, Resource } from '../cluster.ts';
import type { Change } from './change.ts';
import { removeObject } from './remove.ts';
import type { Store } from './store.ts';

/** The garbage collector: dependents go after their owner (or before it, where it goes in the foreground), orphans lose their owner. */
export interface Collector extends Disposable {
  /** While it says so, the object is left alone: whoever plays it sees to its end. It may be looked at again with `lookAgain`. */
  held: (uid: string) => boolean;
  lookAgain(uid: string): void;
}

export function createCollector(store: Store): Collector {
  const places = new Map<string, Resource>();
  const dependents = new Map<string, Set<string>>();
  const toLookAt = new Set<string>();
  let timer: NodeJS.Immediate | undefined;

  const look = (uid: string) => {
    toLookAt.add(uid);
    timer ??= setImmediate(() => {
      timer = undefined;
      const uids = [...toLookAt];
      toLookAt.clear();
      for (const each of uids) settle(each);
    });
  };

  const stop = store.onChange((change) => {
    const { uid } = change.object.metadata;
    note(change);
    if (change.type === 'DELETED') {
      for (const each of dependents.get(uid) ?? []) look(each);
      for (const owner of change.object.metadata.ownerReferences ?? []) look(owner.uid);
      dependents.delete(uid);
    } else if (change.object.metadata.ownerReferences || change.object.metadata.deletionTimestamp) look(uid);
  });

  function note({ type, resource, object, previous }: Change): void {
    const { uid, ownerReferences = [] } = object.metadata;
    if (type === 'DELETED') places.delete(uid);
    else places.set(uid, resource);
    const owners = new Set(type === 'DELETED' ? [] : ownerReferences.map((owner) => owner.uid));
    for (const owner of previous?.metadata.ownerReferences ?? []) {
      if (!owners.has(owner.uid)) dependents.get(owner.uid)?.delete(uid);
    }
    for (const owner of owners) {
      if (!dependents.has(owner)) dependents.set(owner, new Set());
      dependents.get(owner)?.add(uid);
    }
  }

  const get = (uid: string) => {
    const resource = places.get(uid);
    const object = resource && store.byUid(resource, uid);
    return object ? { resource, object } : undefined;
  };

  function settle(uid: string): void {
    const found = get(uid);
    if (!found || collector.held(uid)) return;
    if (isOrphaning(found.object)) orphan(found.resource, found.object);
    else if (isForeground(found.object)) goForeground(found.resource, found.object);
    else if (!found.object.metadata.deletionTimestamp) followOwner(found.resource, found.object);
  }

  function orphan(resource: Resource, owner: KubeObject): void {
    for (const uid of [...(dependents.get(owner.metadata.uid) ?? [])]) {
      const found = get(uid);
      if (found) disown(found.resource, uid, owner.metadata.uid);
    }
    dropFinalizer(resource, owner, 'orphan');
  }

  function disown(resource: Resource, uid: string, owner: string): void {
    store.change(resource, uid, ({ metadata }) => {
      metadata.ownerReferences = metadata.ownerReferences?.filter((reference) => reference.uid !== owner) ?? [];
      if (!metadata.ownerReferences.length) delete metadata.ownerReferences;
    });
  }

  function goForeground(resource: Resource, owner: KubeObject): void {
    const { uid } = owner.metadata;
    for (const each of [...(dependents.get(uid) ?? [])]) {
      const found = get(each);
      if (found && !collector.held(each) && !found.object.metadata.deletionTimestamp) {
        removeObject(store, found.resource, found.object, { propagationPolicy: 'Background' });
      }
    }
    const blocking = [...(dependents.get(uid) ?? [])].some((each) => blocks(get(each)?.object, uid));
    if (!blocking) dropFinalizer(resource, owner, 'foregroundDeletion');
  }

  function followOwner(resource: Resource, object: KubeObject): void {
    const owners = object.metadata.ownerReferences ?? [];
    const there = owners.filter((owner) => places.has(owner.uid));
    if (!owners.length || there.length === owners.length) return;
    if (!there.length) removeObject(store, resource, object, { propagationPolicy: 'Background' });
    else
      for (const owner of owners.filter((each) => !there.includes(each)))
        disown(resource, object.metadata.uid, owner.uid);
  }

  function dropFinalizer(resource: Resource, { metadata }: KubeObject, name: string): void {
    store.change(resource, metadata.uid, (draft) => {
      draft.metadata.finalizers = draft.metadata.finalizers?.filter((each) => each !== name) ?? [];
    });
  }

  const collector: Collector = {
    held: () => false,
    lookAgain(uid) {
      look(uid);
      // An owner that goes in the foreground may have waited for it.
      for (const owner of get(uid)?.object.metadata.ownerReferences ?? []) look(owner.uid);
    },
    [Symbol.dispose]() {
      stop();
      clearImmediate(timer);
    },
  };
  return collector;
}

const isForeground = (object: KubeObject) => hasFinalizer(object, 'foregroundDeletion');
const isOrphaning = (object: KubeObject) => hasFinalizer(object, 'orphan');

const hasFinalizer = ({ metadata }: KubeObject, name: string) =>
  metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(name) === true;

function blocks(dependent: KubeObject | undefined, owner: string): boolean {
  const reference = dependent?.metadata.ownerReferences?.find((each) => each.uid === owner);
  return reference?.blockOwnerDeletion === true;
}
