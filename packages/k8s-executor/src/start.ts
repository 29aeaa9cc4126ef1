import { AttemptMissing, type Launch } from '@runyard/core';
import { isRefusal } from './api/faults.ts';
import type { JobObject } from './api/objects.ts';
import { readJob } from './fresh.ts';
import type { Ground } from './ground.ts';
import { annotations, type K8sHandle } from './handle.ts';
import { queueLabel } from './manifest/job-manifest.ts';
import { attemptNames } from './manifest/names.ts';
import { paths } from './paths.ts';
import { rewriteSecret } from './prepare/dependents.ts';
import { asLaunchFault } from './prepare/launch-fault.ts';
import type { Prepared } from './prepare/prepared.ts';
import type { K8sSpec } from './spec/k8s-spec.ts';
import { queueOf } from './spec/queue-of.ts';

export interface StartOptions {
  ground: Ground;
  prepared: Prepared;
  launch: Launch<K8sSpec>;
  signal: AbortSignal;
}

/**
 * Takes the suspension off exactly that Job; where it is for a queue, puts it into the queue instead, whose controller does the same once it is its turn.
 * What has been started is never resumed: suspended anew it would run a second time.
 */
export const startAttempt = async (handle: K8sHandle, options: StartOptions): Promise<void> => {
  const { ground, prepared, launch, signal } = options;
  const { mirror, namespace, settings } = ground;
  if (!prepared.has(handle.uid, launch)) {
    const job = await readJob(ground, handle, signal);
    if (job === null) throw await missing(handle, ground, signal);
    if (hasBegun(job)) return;
    const nonce = job.metadata.annotations?.[annotations.nonce] ?? '';
    const owner = { name: handle.name, uid: handle.uid };
    await rewriteSecret(launch, { ground, names: attemptNames(launch.key, nonce), owner, signal });
  }
  const queue = queueOf(launch.spec, settings);
  const body = {
    metadata: { uid: handle.uid, ...(queue !== undefined && { labels: { [queueLabel]: queue } }) },
    ...(queue === undefined && { spec: { suspend: false } }),
  };
  try {
    const job = await asLaunchFault(() =>
      ground.api.ask<JobObject>({
        method: 'PATCH',
        path: paths(namespace).job(handle.name),
        body,
        contentType: 'application/merge-patch+json',
        signal,
      }),
    );
    mirror.take('job', job);
    if (job.metadata.deletionTimestamp !== undefined) throw await missing(handle, ground, signal);
  } catch (error) {
    // 409: there is another Job of that name.
    if (!isRefusal(error, 404, 409)) throw error;
    throw await missing(handle, ground, signal);
  }
  prepared.forget(handle.uid);
};

const hasBegun = ({ spec, status, metadata }: JobObject): boolean =>
  spec.suspend !== true || status?.startTime !== undefined || metadata.labels?.[queueLabel] !== undefined;

const missing = async (
  { name, uid, place }: K8sHandle,
  ground: Ground,
  signal: AbortSignal,
): Promise<AttemptMissing> => {
  await ground.place.verify(place, signal);
  return new AttemptMissing(`The Job ${name} (${uid}) is gone from the namespace '${ground.namespace}'.`);
};
