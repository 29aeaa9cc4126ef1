import type { ClusterObjects } from '../../cluster.ts';
import type { Pod } from '../shared/objects.ts';
import { trackingFinalizer } from './pod-of-job.ts';

export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(trackingFinalizer) ?? false;

/** Lets a pod go: with its other finalizers gone too, it can be removed. */
export const removeTracking = (objects: ClusterObjects, { metadata: { uid } }: Pod): void =>
  void objects.change('pods', uid, ({ metadata }) => {
    const others = metadata.finalizers?.filter((finalizer) => finalizer !== trackingFinalizer) ?? [];
    if (others.length > 0) metadata.finalizers = others;
    else delete metadata.finalizers;
  });
