import { endAttempt } from './end/end-attempt.ts';
import { freshView } from './fresh.ts';
import type { Ground } from './ground.ts';
import type { K8sHandle } from './handle.ts';

/** Ends an attempt with its grace, and resolves once nothing of it runs. What was not started is deleted, so that it never can be. */
export const stopAttempt = async (
  handle: K8sHandle,
  { ground, graceMs, signal }: { ground: Ground; graceMs: number; signal: AbortSignal },
): Promise<void> => {
  ground.stopping.add(handle.uid);
  using followed = ground.mirror.follow(handle.uid);
  await followed.ready(signal);
  // The watches may not have heard yet of what another process has just made.
  if (followed.view().job === null) {
    const { job, pods } = await freshView(ground, handle, signal);
    if (job === null && pods.length === 0) return await ground.place.verify(handle.place, signal);
  }
  await endAttempt(handle, { ground, followed, graceMs, signal });
};
