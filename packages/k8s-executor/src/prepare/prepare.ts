import { ExecutorConflict, type Launch, startFailed } from '@runyard/core';
import type { JobObject } from '../api/objects.ts';
import { isTaken } from '../api/refusal.ts';
import { deleteJob, untilGone } from '../end/delete-job.ts';
import { freshView, readJob } from '../fresh.ts';
import type { Ground } from '../ground.ts';
import { handleFrom, type K8sHandle } from '../handle.ts';
import { type AttemptInput, attemptInput } from '../manifest/attempt.ts';
import { jobManifest } from '../manifest/job.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { annotations, nonceOf, queueLabel, wasStarted } from '../manifest/names.ts';
import { sourceCredentials } from '../manifest/scripts/source-to-fetch.ts';
import { lookAt } from '../outcome/look-at.ts';
import { paths } from '../paths.ts';
import type { K8sSpec } from '../spec/k8s-spec.ts';
import { createDependents } from './dependents.ts';
import { asLaunchFault } from './launch-fault.ts';
import type { Prepared } from './prepared.ts';

export interface Preparation {
  ground: Ground;
  prepared: Prepared;
  signal: AbortSignal;
}

/**
 * A suspended Job, and what it needs: a Secret with everything that is the job's own, owned by it, so that it goes with it. Killed in between,
 * what is missing is made by whoever prepares the attempt next: the name of what belongs to a Job stands in it.
 *
 * One that is there and still inert is taken over where it would be made just so; else it goes first, by its uid.
 */
export const prepareAttempt = async (launch: Launch<K8sSpec>, preparation: Preparation): Promise<K8sHandle> => {
  const { ground, prepared, signal } = preparation;
  const nonce = ground.host.entropy.id().slice(0, 8);
  const input = attemptInput(launch, { settings: ground.settings, nonce });
  const manifest = jobManifest(input);
  // Asked for first: what has no credentials is not made.
  const credentials = await sourceCredentials(launch, signal);
  for (;;) {
    const created = await createJob(ground, manifest, signal);
    const job = created ?? (await readJob(ground, manifest.metadata, signal));
    // It was there a moment ago.
    if (job === null) continue;
    // Asked for only now: the namespace may have been made anew since it was asked for last, and this Job is in the one that answers.
    const handle = ownHandle(job, launch, { ground, place: await ground.place.recent(signal) });
    if (created !== null || !wasStarted(job)) await refuseQueued(job, { ground, handle, signal });
    const found = created === null ? await judge(job, { handle, manifest, ground, signal }) : 'ours';
    if (found === 'begun') return handle;
    if (found === 'another') await deleteJob(ground, handle, signal);
    if (found !== 'ours') {
      await untilGone(ground, handle, signal);
      continue;
    }
    const own: AttemptInput = { ...input, nonce: nonceOf(job.metadata.annotations) ?? nonce };
    await createDependents(own, { ground, owner: job.metadata, credentials, signal });
    for (const { url, commit, path } of launch.sources) launch.log(`${url} at ${commit} into ${path}`);
    if (created !== null) prepared.remember(handle.uid, launch);
    return handle;
  }
};

/** null: there is one of that name. */
const createJob = async (
  { api, mirror, namespace }: Ground,
  body: Manifest,
  signal: AbortSignal,
): Promise<JobObject | null> => {
  try {
    const path = paths(namespace).jobs;
    const job = await asLaunchFault(body, () => api.ask<JobObject>({ method: 'POST', path, body, signal }));
    mirror.take('job', job);
    return job;
  } catch (error) {
    if (isTaken(error)) return null;
    throw error;
  }
};

// Where a LocalQueue named `default` is, Kueue puts it there as it is made, and may start it before we do.
const refuseQueued = async (
  { metadata }: JobObject,
  { ground, handle, signal }: Pick<Preparation, 'ground' | 'signal'> & { handle: K8sHandle },
): Promise<void> => {
  const queue = metadata.labels?.[queueLabel];
  if (queue === undefined) return;
  await deleteJob(ground, handle, signal);
  throw startFailed(
    'queued-by-cluster',
    `Kueue puts every Job that is made in the namespace '${ground.namespace}' into the queue '${queue}' at once, so that it could run before it was started here. Let jobs run in a namespace without a LocalQueue named 'default', and name their queue in the option \`queue\` of k8sExecutor.`,
  );
};

const ownHandle = (
  job: JobObject,
  { key, installation }: Launch,
  { place, ground }: { place: string; ground: Ground },
): K8sHandle => {
  const handle = handleFrom(job, place);
  if (handle?.key === key && handle.installation === installation) return handle;
  throw new ExecutorConflict(
    `The namespace '${ground.namespace}' has a Job ${job.metadata.name} that is not this attempt's, and was not touched: delete or rename it.`,
  );
};

/** What a Job of ours that was there already is: begun, on its way out, inert and as we would make it, or inert and another. */
const judge = async (
  job: JobObject,
  { handle, manifest, ground, signal }: { handle: K8sHandle; manifest: Manifest; ground: Ground; signal: AbortSignal },
): Promise<'begun' | 'leaving' | 'ours' | 'another'> => {
  const view = await freshView(ground, handle, signal);
  if (view.job === null || view.job.metadata.deletionTimestamp !== undefined) return 'leaving';
  if (lookAt(view, { now: ground.host.clock.now() }).state !== 'prepared') return 'begun';
  const { content } = annotations;
  return job.metadata.annotations?.[content] === manifest.metadata.annotations?.[content] ? 'ours' : 'another';
};
