import { deleteJob, deleteOrphans, deletePod, untilGone } from './end/delete-job.ts';
import type { Ground } from './ground.ts';
import type { K8sHandle } from './handle.ts';
import { hasEnded } from './outcome/has-ended.ts';

/** Takes the Job away, and with it its pods, its Secret and all else that it owns. What still runs is killed: whoever wants a grace stops it first. */
export const removeAttempt = async (ground: Ground, handle: K8sHandle, signal: AbortSignal): Promise<void> => {
  ground.stopping.add(handle.uid);
  try {
    // Hears what becomes of it from now on.
    using followed = ground.mirror.follow(handle.uid);
    await followed.ready(signal);
    // Before their Job, whose deletion gives them the grace that they were made with.
    for (const { pod, gone } of followed.view().pods)
      if (!gone && !hasEnded(pod)) await deletePod(ground, pod.metadata, { graceMs: 0, signal });
    if (!(await deleteJob(ground, handle, signal))) await deleteOrphans(ground, handle, signal);
    await untilGone(ground, handle, signal);
  } finally {
    ground.stopping.delete(handle.uid);
  }
};
