import type { TerminatedState } from '../api/objects.ts';
import type { SeenPod, View } from '../watch/view.ts';
import type { Context } from './context.ts';
import { disruptedSince, disruptionOf } from './disruption.ts';
import { wasKilled } from './events.ts';
import type { Note } from './note.ts';
import { isOurs, ranOutOfTime } from './pod-facts.ts';
import { epoch } from './times.ts';

/** What had asked for a pod's end: its own deadline, the cluster for reasons of its own, or who deleted it. */
export type Asker = 'deadline' | 'disruption' | 'deletion';

/**
 * Who had asked for it before the container ended. undefined: nobody, or we; then the container's end is told as it is. Where the wrapper noted that
 * nobody had reached it, it ended by itself, whatever the clocks of its node and of the server say.
 */
export const askerOf = (
  seen: SeenPod,
  { ended, note }: { ended: TerminatedState; note: Note | null },
  context: Context,
): Asker | undefined => {
  if (note?.interrupted === false) return undefined;
  const endedAt = epoch(ended.finishedAt);
  const ours = isOurs(seen.pod, context);
  if (!ours && ranOutOfTime(seen.pod)) return 'deadline';
  if (wasDisrupted(seen, endedAt)) return 'disruption';
  return !ours && wasDeleted(seen, endedAt, context.view) ? 'deletion' : undefined;
};

/** Epoch ms, by the server's clock: when a pod's end was asked for, as far back as is told. */
export const askedForEnd = (seen: SeenPod): number | undefined => {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = seen.pod.metadata;
  const deletion = epoch(deletionTimestamp);
  const asked = seen.deletionAskedAt ?? (deletion === undefined ? null : deletion - deletionGracePeriodSeconds * 1000);
  const all = [asked, disruptedSince(seen.pod)].filter((at) => at !== null && at !== undefined);
  return all.length === 0 ? undefined : Math.min(...all);
};

const wasDisrupted = ({ pod }: SeenPod, endedAt: number | undefined): boolean => {
  if (disruptionOf(pod) === undefined) return false;
  const since = disruptedSince(pod);
  return since === undefined || cameBefore(since, endedAt);
};

const wasDeleted = (seen: SeenPod, endedAt: number | undefined, view: View): boolean => {
  const { deletionTimestamp, deletionGracePeriodSeconds, generation, uid } = seen.pod.metadata;
  const deletion = epoch(deletionTimestamp);
  if (deletion === undefined) return false;
  const observed = seen.pod.status?.observedGeneration;
  const tellsGeneration = observed !== undefined && generation !== undefined;
  // The end was written down by a kubelet that knew of no deletion.
  if (tellsGeneration && observed < generation) return false;
  const asked = seen.deletionAskedAt ?? askedAt(deletion, deletionGracePeriodSeconds);
  if (asked !== undefined) return cameBefore(asked, endedAt);
  return tellsGeneration || wasKilled(view, uid) || cameBefore(deletion, endedAt);
};

// Without a grace, the deletion is that of a pod that had ended, or the kubelet's last word on one that has ended since.
const askedAt = (deletion: number, graceSeconds = 0): number | undefined =>
  graceSeconds > 0 ? deletion - graceSeconds * 1000 : undefined;

// Both in whole seconds: what came in the same one may have been asked for before.
const cameBefore = (asked: number, endedAt: number | undefined): boolean => endedAt === undefined || asked <= endedAt;
