import { ExecutorConflict, type Launch } from '@runyard/core';
import { isRefusal } from '../api/faults.ts';
import type { JobObject } from '../api/objects.ts';
import { deleteJob, untilGone } from '../end/delete-job.ts';
import { freshView, readJob } from '../fresh.ts';
import type { Ground } from '../ground.ts';
import { annotations, handleFrom, type K8sHandle } from '../handle.ts';
import { jobManifest } from '../manifest/job-manifest.ts';
import { attemptNames } from '../manifest/names.ts';
import { lookAt } from '../outcome/look-at.ts';
import { paths } from '../paths.ts';
import type { K8sSpec } from '../spec/k8s-spec.ts';
import { createDependents } from './dependents.ts';
import { asLaunchFault } from './launch-fault.ts';
import type { Prepared } from './prepared.ts';

export interface Preparation {
  ground: Ground;
  /** The namespace's uid. */
  place: string;
  prepared: Prepared;
  signal: AbortSignal;
}

/**
 * A suspended Job, and what it needs: a Secret with everything that is the job's own, owned by it, so that it goes with it. Killed in between,
 * what is missing is made by whoever prepares the attempt next: the names of what belongs to a Job stand in it.
 *
 * One that is there and still inert is taken over where it would be made just so; else it goes first, by its uid.
 */
export const prepareAttempt = async (launch: Launch<K8sSpec>, preparation: Preparation): Promise<K8sHandle> => {
  const { ground, place, prepared, signal } = preparation;
  const { api, mirror, namespace, settings } = ground;
  const nonce = ground.host.entropy.id().slice(0, 8);
  const manifest = jobManifest(launch, { settings, namespace, nonce });
  for (;;) {
    const made = await asLaunchFault(() => createJob(ground, manifest, signal));
    const job = made ?? (await readJob({ api, namespace }, { name: manifest.metadata.name }, signal));
    // It was there a moment ago.
    if (job === null) continue;
    if (made === null) mirror.take('job', job);
    const handle = handleFrom(job, place);
    if (handle?.key !== launch.key || handle.installation !== launch.installation)
      throw new ExecutorConflict(
        `The namespace '${namespace}' has a Job ${manifest.metadata.name} that is not this attempt's; it was not touched. Delete or rename it.`,
      );
    if (made === null && !(await isInert(ground, handle, signal))) {
      if (job.metadata.deletionTimestamp === undefined) return handle;
      await untilGone(ground, handle, signal);
      continue;
    }
    if (made === null && isAnother(job, manifest)) {
      await deleteJob(ground, handle, signal);
      await untilGone(ground, handle, signal);
      continue;
    }
    const names = attemptNames(launch.key, job.metadata.annotations?.[annotations.nonce] ?? nonce);
    await createDependents(launch, { ground, names, owner: { name: names.job, uid: handle.uid }, signal });
    if (made !== null) prepared.remember(handle.uid, launch);
    return handle;
  }
};

/** null: there is one of that name. */
const createJob = async (
  { api, mirror, namespace }: Ground,
  body: unknown,
  signal: AbortSignal,
): Promise<JobObject | null> => {
  try {
    const job = await api.ask<JobObject>({ method: 'POST', path: paths(namespace).jobs, body, signal });
    mirror.take('job', job);
    return job;
  } catch (error) {
    if (isRefusal(error, 409)) return null;
    throw error;
  }
};

const isInert = async (ground: Ground, handle: K8sHandle, signal: AbortSignal): Promise<boolean> => {
  const view = await freshView(ground, handle, signal);
  if (view.job?.metadata.deletionTimestamp !== undefined) return false;
  const { state } = lookAt(view, { now: ground.host.clock.now() });
  return state === 'prepared';
};

const isAnother = (job: JobObject, manifest: { metadata: { annotations: Record<string, string> } }): boolean =>
  job.metadata.annotations?.[annotations.content] !== manifest.metadata.annotations[annotations.content];
