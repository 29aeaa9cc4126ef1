import type { KubeObject } from '../cluster.ts';
import { allResources } from '../resources.ts';
import { removeObject } from './remove.ts';
import type { Store } from './store.ts';

/** Empties a namespace that is to go, and takes it away once nothing is left in it. `held` objects are waited for, not deleted. */
export function emptyNamespaces(store: Store, held: (uid: string) => boolean): Disposable {
  const leaving = new Set<string>();
  const stop = store.onChange(({ type, resource, object }) => {
    if (resource === 'namespaces') {
      const { name, deletionTimestamp } = object.metadata;
      if (type === 'DELETED') leaving.delete(name);
      else if (deletionTimestamp && !leaving.has(name)) {
        leaving.add(name);
        empty(name);
      }
    } else if (type === 'DELETED' && leaving.has(object.metadata.namespace ?? '')) {
      finish(object.metadata.namespace ?? '');
    }
  });

  function empty(namespace: string): void {
    for (const { resource } of namespaced) {
      for (const object of store.list(resource, namespace)) {
        if (!held(object.metadata.uid)) removeObject(store, resource, object, { propagationPolicy: 'Background' });
      }
    }
    finish(namespace);
  }

  function finish(namespace: string): void {
    if (namespaced.some(({ resource }) => resource !== 'events' && store.list(resource, namespace).length > 0)) return;
    // What the last of it had to tell: a real server takes no new events by then.
    for (const { metadata } of store.list('events', namespace)) store.drop('events', metadata.uid);
    const object = store.get('namespaces', '', namespace);
    if (object) store.drop('namespaces', object.metadata.uid);
  }

  return { [Symbol.dispose]: stop };
}

const namespaced = allResources.filter((info) => info.namespaced);

/** A namespace as the API server completes it. */
export function completeNamespace(object: KubeObject): void {
  object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
  object.spec = { finalizers: ['kubernetes'], ...object.spec };
  object.status = { phase: 'Active' };
}
