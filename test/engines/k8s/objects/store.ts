import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ClusterObjects, KubeObject, NewObject, ObjectChange, Resource } from '../cluster.ts';
import { allResources, apiVersionOf, infoOf } from '../resources.ts';
import type { Change, ChangeType } from './change.ts';
import { createHistory, type History, keyOf } from './history.ts';

/** What the server's own parts need besides. */
export interface Store extends ClusterObjects {
  /** Of the newest write. */
  version(): number;
  history(resource: Resource): History;
  /** All of a resource, by `namespace/name`. */
  table(resource: Resource): ReadonlyMap<string, KubeObject>;
  /** As `on`; with what stood there before. */
  onChange(listener: (change: Change) => void): () => void;
  /** What is older than now can be told to no watch any more. */
  compact(): void;
}

const firstVersion = 1000;
const keptChanges = 4_000;

/** Objects are stored as they are given and never changed afterwards: `change` works on a copy. */
export function createStore(): Store {
  let version = firstVersion;
  const tables = new Map<Resource, Map<string, KubeObject>>();
  const byNamespace = new Map<string, Map<string, KubeObject>>();
  const uids = new Map<string, { resource: Resource; key: string }>();
  const histories = new Map<Resource, History>();
  const listeners = new Set<(change: Change) => void>();
  const unheard: Change[] = [];
  let telling = false;
  for (const { resource } of allResources) {
    tables.set(resource, new Map());
    histories.set(resource, createHistory(firstVersion, keptChanges));
  }

  const table = (resource: Resource) => tables.get(resource) as Map<string, KubeObject>;
  const history = (resource: Resource) => histories.get(resource) as History;
  const find = (resource: Resource, uid: string) => {
    const place = uids.get(uid);
    return place?.resource === resource ? table(resource).get(place.key) : undefined;
  };

  function put(type: ChangeType, resource: Resource, object: KubeObject): KubeObject {
    const key = keyOf(object);
    const of = table(resource);
    const group = `${resource}/${object.metadata.namespace ?? ''}`;
    const previous = of.get(key) ?? null;
    version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    if (type === 'DELETED') {
      of.delete(key);
      byNamespace.get(group)?.delete(key);
      uids.delete(stored.metadata.uid);
    } else {
      of.set(key, stored);
      if (!byNamespace.has(group)) byNamespace.set(group, new Map());
      byNamespace.get(group)?.set(key, stored);
      uids.set(stored.metadata.uid, { resource, key });
    }
    const change: Change = { type, resource, object: stored, version, previous, lines: new Map() };
    history(resource).add(change);
    unheard.push(change);
    tell();
    return stored;
  }

  // A listener may write itself: what it writes is told after what it heard, to everyone.
  function tell(): void {
    if (telling) return;
    telling = true;
    try {
      for (let change = unheard.shift(); change; change = unheard.shift()) {
        for (const listener of [...listeners]) listener(change);
        // Late watches write their own lines: kept ones would fill the memory.
        change.lines.clear();
      }
    } finally {
      telling = false;
    }
  }

  const onChange = (listener: (change: Change) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  return {
    version: () => version,
    history,
    table,
    onChange,
    on: (listener: (change: ObjectChange) => void) => onChange(listener),
    compact() {
      for (const each of histories.values()) each.forget(version);
    },
    create(resource, given) {
      const object = complete(resource, given);
      const taken = table(resource).get(keyOf(object));
      if (taken) throw new Error(`${resource} "${keyOf(object)}" exists already`);
      return put('ADDED', resource, object);
    },
    get: (resource, namespace, name) => table(resource).get(`${namespace}/${name}`),
    byUid: find,
    list: (resource, namespace) => [...(byNamespace.get(`${resource}/${namespace}`)?.values() ?? [])],
    change(resource, uid, change) {
      const before = find(resource, uid);
      if (!before) return undefined;
      const draft = structuredClone(before);
      change(draft);
      if (isDeepStrictEqual(draft, before)) return before;
      const isOver = resource !== 'namespaces' && mayGo(draft);
      // The write that takes the last finalizer away is the deletion itself: nobody sees the object without it.
      if (isOver && isDying(before)) return put('DELETED', resource, before);
      const stored = put('MODIFIED', resource, draft);
      return isOver ? put('DELETED', resource, stored) : stored;
    },
    drop(resource, uid) {
      const object = find(resource, uid);
      if (object) put('DELETED', resource, object);
    },
  };
}

function complete(resource: Resource, given: NewObject): KubeObject {
  const info = infoOf(resource);
  const { name, namespace = 'default', uid, creationTimestamp, ...metadata } = given.metadata;
  if (!name) throw new Error(`${resource} need a name`);
  const { kind: _kind, apiVersion: _apiVersion, metadata: _metadata, ...rest } = given;
  return {
    kind: info.kind,
    apiVersion: apiVersionOf(info),
    metadata: {
      name,
      ...(info.namespaced ? { namespace } : {}),
      uid: uid ?? randomUUID(),
      creationTimestamp: creationTimestamp ?? timestamp(),
      ...metadata,
      resourceVersion: '',
    },
    ...rest,
  };
}

/** Whole seconds, as the API server writes them. */
export const timestamp = (ms = Date.now()) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

// Pods with a grace period wait for their kubelet.
const isDying = ({ metadata }: KubeObject) =>
  metadata.deletionTimestamp !== undefined && !metadata.deletionGracePeriodSeconds;

const mayGo = (object: KubeObject) => isDying(object) && !object.metadata.finalizers?.length;
