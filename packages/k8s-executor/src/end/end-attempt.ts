import type { PodObject } from '../api/objects.ts';
import { isRefusal } from '../api/refusal.ts';
import type { Ground } from '../ground.ts';
import type { K8sHandle } from '../handle.ts';
import { ourDeadlineSeconds } from '../manifest/inside.ts';
import { hasEnded } from '../outcome/has-ended.ts';
import { paths } from '../paths.ts';
import type { Followed } from '../watch/mirror.ts';
import type { View } from '../watch/view.ts';
import { deleteJob, deletePod } from './delete-job.ts';
import { isBound } from './pods.ts';

export interface EndOptions {
  ground: Ground;
  followed: Followed;
  /** null: nothing of it is thought to run; should it all the same, each pod has the grace that it was made with. */
  graceMs: number | null;
  signal: AbortSignal;
}

/**
 * TERM, grace, KILL, for every pod of an attempt; resolves once all are proved to have ended, and no other can come.
 *
 * A pod that a node has is not deleted, since its log would go with it: it is given a deadline that is over, on which its kubelet ends it as it would for a
 * deletion, and leaves it there. Its Job fails with it, so no other pod comes. What has no node yet has no log: its Job is deleted. So is, in the end, that of a
 * pod whose kubelet does not hear; it has ended when the API server has it no more.
 */
export const endAttempt = async (handle: K8sHandle, options: EndOptions): Promise<void> => {
  const { ground, followed, graceMs, signal } = options;
  const { clock } = ground.host;
  const { stopMarginMs } = ground.settings;
  const begun = clock.monotonic();
  const told = new Set<string>();
  const ownMs = graceMs ?? 0;
  let deleted = false;
  let orphaned = false;
  for (;;) {
    await followed.ready(signal);
    const view = followed.view();
    if (isOver(view)) return;
    const live = view.pods.filter(({ gone, pod }) => !gone && !hasEnded(pod)).map(({ pod }) => pod);
    const passed = clock.monotonic() - begun;
    if (!deleted && (live.length === 0 || !live.every(isBound) || passed >= ownMs + stopMarginMs)) {
      deleted = true;
      orphaned = !(await deleteJob(ground, handle, signal));
    }
    const late = graceMs !== null && passed >= graceMs;
    for (const pod of live) await endPod(pod, { ...options, told, late, deleted, orphaned });
    const next = passed < ownMs ? ownMs - passed : ownMs + stopMarginMs - passed;
    await followed.changed(deleted || next <= 0 ? atMostMs : Math.min(next, atMostMs), signal);
  }
};

const atMostMs = 15_000;

interface EndState {
  /** What has been done already, by pod. */
  told: Set<string>;
  /** The grace is over. */
  late: boolean;
  /** Its Job has been. */
  deleted: boolean;
  /** Its Job was gone by then. */
  orphaned: boolean;
}

const endPod = async (
  pod: PodObject,
  { ground, graceMs, signal, told, late, deleted, orphaned }: EndOptions & EndState,
): Promise<void> => {
  const { uid } = pod.metadata;
  const once = async (what: string, work: () => Promise<void>): Promise<void> => {
    if (told.has(`${uid} ${what}`)) return;
    await work();
    told.add(`${uid} ${what}`);
  };
  // It was made with a longer grace than this call has: only a deletion can shorten it.
  const isLonger = graceMs !== null && (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000 > Math.max(1000, graceMs);
  if (!deleted) await once('deadline', () => setDeadline(ground, pod, signal));
  // Somebody has deleted its Job and left it: nobody else deletes it.
  if ((isLonger && (deleted || late)) || orphaned)
    await once('delete', () => deletePod(ground, pod.metadata, { graceMs: late ? 0 : (graceMs ?? 0), signal }));
};

// What refuses it (no right to, or a pod that has ended) leaves it to the deletion.
const setDeadline = async (
  { api, mirror, namespace }: Ground,
  { metadata }: PodObject,
  signal: AbortSignal,
): Promise<void> => {
  const { name, uid } = metadata;
  const body = { metadata: { uid }, spec: { activeDeadlineSeconds: ourDeadlineSeconds } };
  const contentType = 'application/merge-patch+json';
  try {
    mirror.take(
      'pod',
      await api.ask<PodObject>({ method: 'PATCH', path: paths(namespace).pod(name), body, contentType, signal }),
    );
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
};

// Each of its pods is made once, since none is ever replaced (`backoffLimit: 0`).
const isOver = ({ job, jobGone, pods }: View): boolean => {
  if (!pods.every(({ gone, pod }) => gone || hasEnded(pod))) return false;
  if (job === null || jobGone || pods.length >= (job.spec.completions ?? 1)) return true;
  return job.status?.conditions?.some(({ type, status }) => endings.includes(type) && status === 'True') ?? false;
};

const endings = ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'];
