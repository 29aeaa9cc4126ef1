import type { ClusterObjects } from '../../cluster.ts';
import { isTerminal, type Pod } from './objects.ts';
import { seconds } from './times.ts';

/** As a DELETE of it does: what a kubelet has gets its grace period, the rest goes at once, or with its last finalizer. */
export const deletePod = (objects: ClusterObjects, uid: string, graceSeconds?: number): void => {
  const pod = objects.byUid('pods', uid) as Pod | undefined;
  if (!pod) return;
  const { spec, metadata } = pod;
  const asked = graceSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
  const grace = spec.nodeName === undefined || isTerminal(pod) ? 0 : asked;
  if (metadata.deletionTimestamp !== undefined && (metadata.deletionGracePeriodSeconds ?? 0) <= grace) return;
  objects.change('pods', uid, (now) => {
    if (now.metadata.deletionTimestamp === undefined) now.metadata.generation = (now.metadata.generation ?? 1) + 1;
    now.metadata.deletionTimestamp = seconds(Date.now() + grace * 1000);
    now.metadata.deletionGracePeriodSeconds = grace;
  });
};
