import { AttemptMissing, type Launch } from '@runyard/core';
import type { JobObject } from './api/objects.ts';
import { isAbsent, isRefusal } from './api/refusal.ts';
import { readJob } from './fresh.ts';
import type { Ground } from './ground.ts';
import type { K8sHandle } from './handle.ts';
import { attemptInput } from './manifest/attempt.ts';
import { queueOf } from './manifest/launchable.ts';
import { annotations, nonceOf, queueLabel, wasStarted } from './manifest/names.ts';
import { sourceCredentials } from './manifest/scripts/source-to-fetch.ts';
import { paths } from './paths.ts';
import { rewriteSecret } from './prepare/dependents.ts';
import { asLaunchFault } from './prepare/launch-fault.ts';
import type { Prepared } from './prepare/prepared.ts';
import type { K8sSpec } from './spec/k8s-spec.ts';

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
  if (!prepared.has(handle.uid, launch) && (await refresh(handle, options)) === 'begun') return;
  const queue = queueOf(launch.spec, ground.settings);
  const body = {
    metadata: {
      uid: handle.uid,
      annotations: { [annotations.started]: '1' },
      ...(queue !== null && { labels: { [queueLabel]: queue } }),
    },
    ...(queue === null && { spec: { suspend: false } }),
  };
  const call = {
    ...{ method: 'PATCH' as const, path: paths(ground.namespace).job(handle.name), body, signal },
    contentType: 'application/merge-patch+json',
  };
  // From now on it may have been started, whatever the answer is.
  prepared.forget(handle.uid);
  try {
    const job = await asLaunchFault(body, () => ofThatUid(() => ground.api.ask<JobObject>(call)));
    ground.mirror.take('job', job);
    if (job.metadata.deletionTimestamp !== undefined) throw await missing(handle, ground, signal);
  } catch (error) {
    if (error !== isGone) throw error;
    throw await missing(handle, ground, signal);
  }
};

// A patch that names another uid than the object has is told to be invalid in that field.
const ofThatUid = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    const isAnother = isRefusal(error, 422) && error.causes.some(({ field }) => field === 'metadata.uid');
    throw isAnother || isAbsent(error) ? isGone : error;
  }
};

const isGone = new Error('there is no Job of that name and uid');

// Somebody else has prepared it, or it was some time ago: secrets may have changed since, and it may have been started.
const refresh = async (handle: K8sHandle, { ground, launch, signal }: StartOptions): Promise<'begun' | 'ready'> => {
  const job = await readJob(ground, handle, signal);
  if (job === null || job.metadata.deletionTimestamp !== undefined) throw await missing(handle, ground, signal);
  if (hasBegun(job)) return 'begun';
  const nonce = nonceOf(job.metadata.annotations);
  if (nonce === null) throw await missing(handle, ground, signal);
  const input = attemptInput(launch, { settings: ground.settings, nonce });
  const credentials = await sourceCredentials(launch, signal);
  await rewriteSecret(input, { ground, owner: job.metadata, credentials, signal });
  return 'ready';
};

const hasBegun = (job: JobObject): boolean =>
  wasStarted(job) || job.spec.suspend !== true || job.status?.startTime !== undefined;

const missing = async (
  { name, uid, place }: K8sHandle,
  ground: Ground,
  signal: AbortSignal,
): Promise<AttemptMissing> => {
  await ground.place.verify(place, signal);
  return new AttemptMissing(`The Job ${name} (${uid}) is gone from the namespace '${ground.namespace}'.`);
};
