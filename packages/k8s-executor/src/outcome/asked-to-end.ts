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

/** Who had asked for it before the container ended. undefined: nobody, or we; then the container's end is told as it is. */
export const askerOf = (
  seen: SeenPod,
  { ended, note }: { ended: TerminatedState; note: Note | null },
  context: Context,
): Asker | undefined => {
  const endedAt = epoch(ended.finishedAt);
  const isAsked = (order: Order): boolean => order === 'before' || (order === 'unsure' && note?.interrupted !== false);
  const ours = isOurs(seen.pod, context);
  if (!ours && ranOutOfTime(seen.pod) && isAsked('unsure')) return 'deadline';
  if (isAsked(disrupted(seen, endedAt))) return 'disruption';
  return !ours && isAsked(deleted(seen, endedAt, context.view)) ? 'deletion' : undefined;
};

/** Epoch ms, by the server's clock: when a pod's end was asked for, as far back as is told. */
export const askedForEnd = (seen: SeenPod): number | undefined => {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = seen.pod.metadata;
  const deletion = epoch(deletionTimestamp);
  const asked = seen.deletionAskedAt ?? (deletion === undefined ? null : deletion - deletionGracePeriodSeconds * 1000);
  const all = [asked, disruptedSince(seen.pod)].filter((at) => at !== null && at !== undefined);
  return all.length === 0 ? undefined : Math.min(...all);
};

/**
 * When it was asked for, against the end. `unsure`: in the same second, or nothing tells which came first; then the wrapper's own note does, and
 * without one it counts as asked for.
 */
type Order = 'before' | 'unsure' | 'not';

const disrupted = ({ pod }: SeenPod, endedAt: number | undefined): Order => {
  if (disruptionOf(pod) === undefined) return 'not';
  const since = disruptedSince(pod);
  return since === undefined ? 'unsure' : against(since, endedAt);
};

const deleted = (seen: SeenPod, endedAt: number | undefined, view: View): Order => {
  const { deletionTimestamp, deletionGracePeriodSeconds, generation, uid } = seen.pod.metadata;
  const deletion = epoch(deletionTimestamp);
  if (deletion === undefined) return 'not';
  const observed = seen.pod.status?.observedGeneration;
  const tellsGeneration = observed !== undefined && generation !== undefined;
  // The end was written down by a kubelet that knew of no deletion.
  if (tellsGeneration && observed < generation) return 'not';
  const asked = seen.deletionAskedAt ?? askedAt(deletion, deletionGracePeriodSeconds);
  if (asked !== undefined) return against(asked, endedAt);
  return tellsGeneration || wasKilled(view, uid) ? 'unsure' : against(deletion, endedAt);
};

// Without a grace, the deletion is that of a pod that had ended, or the kubelet's last word on one that has ended since.
const askedAt = (deletion: number, graceSeconds = 0): number | undefined =>
  graceSeconds > 0 ? deletion - graceSeconds * 1000 : undefined;

// Both in whole seconds.
const against = (asked: number, endedAt: number | undefined): Order => {
  if (endedAt === undefined || asked < endedAt) return 'before';
  return asked > endedAt ? 'not' : 'unsure';
};
