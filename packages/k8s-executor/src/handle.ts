import type { Handle } from '@runyard/core';
import { unavailable } from './api/faults.ts';
import type { ObjectMeta } from './api/objects.ts';
import { annotations, keyOfLabels, labels } from './manifest/names.ts';

/** An attempt: a Job, by its uid. */
export interface K8sHandle extends Handle {
  v: 1;
  /** The namespace's uid. */
  place: string;
  installation: string;
  key: string;
  name: string;
  uid: string;
}

/** Throws `ExecutorUnavailable` for a handle of another place or version: we are not the one to ask. */
export const readHandle = (handle: Handle, place: string): K8sHandle => {
  if (handle.place !== place)
    throw unavailable(
      `The attempt lives in a namespace with the uid ${handle.place}, and this one has ${place}: ask the instance that serves it.`,
    );
  const { v, installation, key, name, uid } = handle;
  if (v === 1 && [installation, key, name, uid].every((part) => typeof part === 'string'))
    return { v, place, installation, key, name, uid } as K8sHandle;
  throw unavailable('The handle is not one that this version of the Kubernetes executor can read.');
};

/** The handle of a Job of ours; null where it is not ours. */
export const handleFrom = ({ metadata }: { metadata: ObjectMeta }, place: string): K8sHandle | null => {
  const { name, uid, labels: given, annotations: noted } = metadata;
  const key = keyOfLabels(given);
  const installation = given?.[labels.installation];
  if (key === null || installation === undefined || noted?.[annotations.version] !== '1') return null;
  return { v: 1, place, installation, key, name, uid };
};
