import type { KubeObject, Resource } from '../cluster.ts';
import { type Store, timestamp } from './store.ts';

export interface DeleteOptions {
  propagationPolicy?: string;
  gracePeriodSeconds?: number;
}

const collectorFinalizers = ['foregroundDeletion', 'orphan'];

/**
 * What the API server does with an object that is to go: at once, or with a deletionTimestamp that its finalizers, its kubelet or the garbage
 * collector wait for. Gives the object as it stands then; undefined: it is gone.
 */
export function removeObject(
  store: Store,
  resource: Resource,
  object: KubeObject,
  options: DeleteOptions,
): KubeObject | undefined {
  const finalizers = finalizersFor(resource, object, options.propagationPolicy);
  if (resource !== 'pods' && resource !== 'namespaces' && !finalizers.length) {
    store.drop(resource, object.metadata.uid);
    return undefined;
  }
  const grace = resource === 'pods' ? graceOf(object, options.gracePeriodSeconds) : 0;
  const stored = store.change(resource, object.metadata.uid, ({ metadata, status }) => {
    setFinalizers(metadata, finalizers);
    if (!isDue(metadata, grace)) return;
    if (metadata.deletionTimestamp === undefined && metadata.generation) metadata.generation += 1;
    const since = metadata.deletionTimestamp
      ? Date.parse(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000
      : Date.now();
    metadata.deletionTimestamp = timestamp(since + grace * 1000);
    if (resource === 'namespaces') status.phase = 'Terminating';
    else metadata.deletionGracePeriodSeconds = grace;
  });
  return stored && store.byUid(resource, object.metadata.uid) ? stored : undefined;
}

/** Jobs are asked for with a policy, else their pods stay: what kubectl is warned of. */
export const orphansByDefault = (resource: Resource) => resource === 'jobs';

function finalizersFor(resource: Resource, object: KubeObject, policy: string | undefined): string[] {
  const all = object.metadata.finalizers ?? [];
  const others = all.filter((name) => !collectorFinalizers.includes(name));
  if (policy === 'Foreground') return [...others, 'foregroundDeletion'];
  if (policy === 'Orphan') return [...others, 'orphan'];
  if (policy === 'Background') return others;
  // A second call without a policy does not change the first one's mind.
  if (others.length < all.length) return all;
  return orphansByDefault(resource) ? [...others, 'orphan'] : others;
}

function setFinalizers(metadata: KubeObject['metadata'], finalizers: string[]): void {
  if (finalizers.length) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
}

// Seconds. What no kubelet has, or what has ended, needs none.
function graceOf(pod: KubeObject, asked: number | undefined): number {
  if (!pod.spec?.nodeName || ['Succeeded', 'Failed'].includes(pod.status?.phase)) return 0;
  const grace = asked ?? pod.spec.terminationGracePeriodSeconds ?? 0;
  return grace < 0 ? 1 : grace;
}

// A grace period can only become shorter.
function isDue(metadata: KubeObject['metadata'], grace: number): boolean {
  return metadata.deletionTimestamp === undefined || grace < (metadata.deletionGracePeriodSeconds ?? 0);
}
