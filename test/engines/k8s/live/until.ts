import type { ClusterObjects, KubeObject, Resource } from '../cluster.ts';
import { controllerOf, type Job, type Pod } from './shared/objects.ts';

/** Resolves with the first object that is so, now or at a change; rejects after 20 s with what there was last. */
export const untilSome = <T extends KubeObject>(
  objects: ClusterObjects,
  { resource, namespace = 'default' }: { resource: Resource; namespace?: string },
  isSo: (object: T) => boolean,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const look = (): void => {
      const found = objects.list(resource, namespace).find((object) => isSo(object as T));
      if (!found) return;
      clearTimeout(timer);
      unsubscribe();
      resolve(found as T);
    };
    const timer = setTimeout(() => {
      unsubscribe();
      const last = objects.list(resource, namespace).map(({ metadata: { name }, status }) => ({ name, status }));
      reject(new Error(`Waited in vain for one of the ${resource}; last there were ${JSON.stringify(last, null, 1)}`));
    }, patienceMs);
    const unsubscribe = objects.on((change) => {
      if (change.resource === resource) look();
    });
    look();
  });

export const untilJob = (objects: ClusterObjects, name: string, isSo: (job: Job) => boolean): Promise<Job> =>
  untilSome<Job>(objects, { resource: 'jobs' }, (job) => job.metadata.name === name && isSo(job));

/** A pod of the Job with that name. */
export const untilPod = (objects: ClusterObjects, job: string, isSo: (pod: Pod) => boolean): Promise<Pod> =>
  untilSome<Pod>(
    objects,
    { resource: 'pods' },
    (pod) => controllerOf(pod) === objects.get('jobs', 'default', job)?.metadata.uid && isSo(pod),
  );

/** Until nothing of that kind has the uid any more. */
export const untilGone = (objects: ClusterObjects, resource: Resource, uid: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const look = (): void => {
      if (objects.byUid(resource, uid)) return;
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(() => {
      unsubscribe();
      reject(new Error(`Waited in vain for ${resource} ${objects.byUid(resource, uid)?.metadata.name} to go`));
    }, patienceMs);
    const unsubscribe = objects.on(look);
    look();
  });

const patienceMs = 20_000;
