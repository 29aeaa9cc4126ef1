import type { JobObject } from '../api/objects.ts';
import { isAbsent, isOfAnotherUid } from '../api/refusal.ts';
import { controllerLabel, listPods } from '../fresh.ts';
import type { Ground } from '../ground.ts';
import type { K8sHandle } from '../handle.ts';
import { paths } from '../paths.ts';
import type { View } from '../watch/view.ts';

/**
 * Deletes that Job and no other, its pods before it (foreground): without a policy they would be left running. false: it is gone from
 * its place, which was made sure of.
 */
export const deleteJob = async (
  { api, mirror, namespace, place }: Pick<Ground, 'api' | 'mirror' | 'namespace' | 'place'>,
  { name, uid, place: own }: Pick<K8sHandle, 'name' | 'uid' | 'place'>,
  signal: AbortSignal,
): Promise<boolean> => {
  const body = { ...deleteOptions, preconditions: { uid }, propagationPolicy: 'Foreground' };
  try {
    const answer = await api.ask<JobObject | { kind: 'Status' }>({
      method: 'DELETE',
      path: paths(namespace).job(name),
      body,
      signal,
    });
    if ('spec' in answer) mirror.take('job', answer);
    return true;
  } catch (error) {
    if (!isAbsent(error) && !isOfAnotherUid(error)) throw error;
    await place.verify(own, signal);
    mirror.takeGone('job', uid);
    return false;
  }
};

/** Deletes one pod, by its uid, with that grace. A grace of 0 would take only its record away, and prove nothing. */
export const deletePod = async (
  { api, namespace }: Pick<Ground, 'api' | 'namespace'>,
  { name, uid }: { name: string; uid: string },
  { graceMs, signal }: { graceMs: number; signal: AbortSignal },
): Promise<void> => {
  const gracePeriodSeconds = Math.max(1, Math.ceil(graceMs / 1000));
  const body = { ...deleteOptions, preconditions: { uid }, gracePeriodSeconds, propagationPolicy: 'Background' };
  try {
    await api.ask({ method: 'DELETE', path: paths(namespace).pod(name), body, signal });
  } catch (error) {
    if (!isAbsent(error) && !isOfAnotherUid(error)) throw error;
  }
};

const deleteOptions = { kind: 'DeleteOptions', apiVersion: 'v1' };

/**
 * Resolves once there is neither that Job nor a pod of it. A Job may be gone before its pods are.
 */
export const untilGone = async (
  { mirror }: Pick<Ground, 'mirror'>,
  { uid }: Pick<K8sHandle, 'uid'>,
  signal: AbortSignal,
): Promise<void> => {
  using followed = mirror.follow(uid);
  for (;;) {
    await followed.ready(signal);
    if (isGone(followed.view())) return;
    await followed.changed(atMostMs, signal);
  }
};

const atMostMs = 15_000;

const isGone = ({ job, jobGone, pods }: View): boolean => (job === null || jobGone) && pods.every(({ gone }) => gone);

/** Deletes the pods of a Job that is gone, which somebody else has orphaned. */
export const deleteOrphans = async (
  ground: Ground,
  { uid }: Pick<K8sHandle, 'uid'>,
  signal: AbortSignal,
): Promise<void> => {
  for (const pod of await listPods(ground, `${controllerLabel}=${uid}`, signal)) {
    ground.mirror.take('pod', pod);
    if (pod.metadata.deletionTimestamp === undefined) await deletePod(ground, pod.metadata, { graceMs: 0, signal });
  }
};
