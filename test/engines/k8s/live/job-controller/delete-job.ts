import type { ClusterObjects } from '../../cluster.ts';
import type { Job } from '../shared/objects.ts';
import { seconds } from '../shared/times.ts';

/** In the foreground: the garbage collector takes its pods first. */
export const deleteJob = (objects: ClusterObjects, { metadata: { uid } }: Job): void =>
  void objects.change('jobs', uid, ({ metadata }) => {
    metadata.generation = (metadata.generation ?? 1) + 1;
    metadata.deletionTimestamp = seconds();
    metadata.deletionGracePeriodSeconds = 0;
    metadata.finalizers = [...(metadata.finalizers ?? []), 'foregroundDeletion'];
  });
