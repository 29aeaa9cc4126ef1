import type { Outcome } from '@runyard/core';
import type { SeenPod } from '../watch/view.ts';
import { askedForEnd, askerOf } from './asked-to-end.ts';
import { containerEnd, noteOf, whenEnded } from './container-end.ts';
import type { Context } from './context.ts';
import { cutShort } from './cut-short.ts';
import { initEnd } from './init-end.ts';
import { type End, endOf, isOurs, startOf } from './pod-facts.ts';
import { epoch } from './times.ts';
import { withoutEnd } from './without-end.ts';

/** How a pod ended of which nothing runs any more. */
export interface PodEnd {
  /** `unsaid`: its Job has to say why the pod was deleted. `vanished`: nothing will tell. */
  outcome: Outcome | 'unsaid' | 'vanished';
  /** Epoch ms: when its container `job` began, if it did. */
  since?: number;
  /** Epoch ms: when it ended, or its end was asked for. */
  at: number;
  /** Nobody had asked for its end. */
  byItself: boolean;
  /** It stood in no list any more, so that what is told is its Job's word; or nothing but events tells whether it ended before it was deleted. */
  unseen?: true;
}

export const podEnd = (seen: SeenPod, context: Context): PodEnd => {
  const end = endOf(seen.pod);
  if (end !== undefined) return withEnd(seen, end, context);
  const since = startOf(seen.pod);
  const unseen = seen.gone && seen.pod.metadata.deletionTimestamp === undefined;
  return {
    outcome: withoutEnd(seen, context),
    at: askedForEnd(seen) ?? seen.deletedAt ?? context.now,
    byItself: false,
    ...(since !== undefined && { since }),
    ...(unseen && { unseen }),
  };
};

const withEnd = (seen: SeenPod, end: End, context: Context): PodEnd => {
  const { pod } = seen;
  const note = end.init === undefined ? noteOf(pod, end.ended) : null;
  const since = end.init === undefined ? startOf(pod) : undefined;
  const asker = askerOf(seen, { ended: end.ended, note }, context);
  const begun = since !== undefined && { since };
  const endedAt = epoch(end.ended.finishedAt) ?? context.now;
  if (asker === undefined) {
    const unseen = isRewritten(seen) && { unseen: true as const };
    return { outcome: itsOwnEnd(seen, end, context), at: endedAt, byItself: true, ...begun, ...unseen };
  }
  const outcome = cutShort(seen, { asker, exitCode: end.ended.exitCode }, context);
  const told = typeof outcome === 'string' ? outcome : { ...outcome, ...whenEnded(end.ended), ...phaseOf(note?.phase) };
  return { outcome: told, at: askedForEnd(seen) ?? endedAt, byItself: false, ...begun };
};

// Its kubelet has written the deletion anew, and nobody saw how it was asked for.
const isRewritten = ({ pod, deletionAskedAt }: SeenPod): boolean => {
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds !== 0) return false;
  return deletionAskedAt == null || deletionAskedAt === epoch(deletionTimestamp);
};

const phaseOf = (phase: string | null | undefined) => (phase == null ? {} : { phase });

const itsOwnEnd = ({ pod }: SeenPod, { init, ended }: End, context: Context): Outcome => {
  const ours = isOurs(pod, context);
  return init === undefined ? containerEnd(pod, ended, ours) : initEnd(context.view.job, { name: init, ended, ours });
};
