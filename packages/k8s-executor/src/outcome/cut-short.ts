import type { Outcome } from '@runyard/core';
import type { SeenPod, View } from '../watch/view.ts';
import type { Asker } from './asked-to-end.ts';
import { type Cause, causeOf, jobVerdict } from './cause.ts';
import type { Context } from './context.ts';
import { disruptedSince, disruptionOf } from './disruption.ts';
import { overItsStorage } from './storage-limit.ts';
import { epoch } from './times.ts';
import { infrastructure, timedOut } from './words.ts';

/** How an attempt ends whose pod somebody else had asked to end before its container did. `unsaid`: its Job has to say why first. */
export const cutShort = (
  { pod }: SeenPod,
  { asker, exitCode }: { asker: Asker; exitCode: number },
  { view }: Context,
): Outcome | 'unsaid' => {
  if (asker === 'deadline') return timedOut(pod.status?.message);
  if (asker === 'disruption') return disruptionEnd(pod, view) ?? 'unsaid';
  const cause = causeOf(view);
  return cause === undefined ? 'unsaid' : deletedEnd(cause, view, ` (exit code ${exitCode})`);
};

/** undefined: the cluster did nothing to it. What came first counts: its Job's deadline may pass while it is on its way out, and the other way round. */
export const disruptionEnd = (pod: SeenPod['pod'], view: View): Outcome | undefined => {
  const disruption = overItsStorage(pod, view) ?? disruptionOf(pod);
  const since = disruptedSince(pod);
  const verdict = jobVerdict(view.job);
  const deadline = causeOf(view) === 'deadline' ? epoch(verdict?.lastTransitionTime) : undefined;
  const isLate = disruption !== undefined && since !== undefined && deadline !== undefined && deadline < since;
  return isLate ? timedOut(verdict?.message) : disruption;
};

/** `code`: how its container ended, in brackets, where that is known. */
export const deletedEnd = (cause: Cause, { job }: View, code = ''): Outcome => {
  switch (cause) {
    case 'deadline':
      return timedOut(jobVerdict(job)?.message);
    case 'suspended':
      return infrastructure('suspended', `Its Job was suspended while it ran, which ended its pod${code}.`);
    case 'namespace':
      return infrastructure('namespace-terminating', `Its namespace was deleted, and its pod with it${code}.`);
    case 'job':
      return {
        class: 'lost',
        sentence: `Its Job was deleted by something else than Runyard, and its pod with it${code}.`,
      };
    case 'pod':
      return infrastructure('pod-deleted', `Its pod was deleted by something else than Runyard${code}.`);
  }
};
