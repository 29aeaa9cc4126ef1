import type { Outcome } from '@runyard/core';
import type { SeenPod } from '../watch/view.ts';
import { causeOf, isJobOver } from './cause.ts';
import type { Context } from './context.ts';
import { deletedEnd, disruptionEnd } from './cut-short.ts';
import { jobEnd } from './job-end.ts';
import { hasStarted, isOurs, ranOutOfTime } from './pod-facts.ts';
import { refusalOf } from './refusal.ts';
import { troubleOf } from './trouble.ts';
import { inWords, stoppedBeforeStart, timedOut } from './words.ts';

/**
 * How an attempt ended whose pod is over, though nobody saw its container end: it never began, its node is lost, or the pod was deleted by force.
 * `unsaid`: its Job has to say first. `vanished`: nothing will tell.
 */
export const withoutEnd = (seen: SeenPod, context: Context): Outcome | 'unsaid' | 'vanished' => {
  const { pod, gone } = seen;
  const started = hasStarted(pod, context.view);
  const disruption = disruptionEnd(pod, context.view);
  if (disruption !== undefined) return disruption;
  const neverCould = started ? undefined : (refusalOf(pod) ?? troubleOf(pod, context)?.outcome);
  if (neverCould !== undefined) return neverCould;
  const ours = isOurs(pod, context);
  if (!ours && ranOutOfTime(pod)) return timedOut(pod.status?.message);
  const deleted = pod.metadata.deletionTimestamp !== undefined;
  if (gone && !deleted) return unseen(started, context);
  if (ours) return started ? lost('It was stopped, and nobody saw how its container ended.') : stoppedBeforeStart;
  if (!deleted) return lost(`Its container is not to be found${inWords(pod.status?.message)}`);
  const cause = causeOf(context.view);
  if (cause === undefined) return 'unsaid';
  return cause === 'pod' && started ? lost(deletedByForce) : deletedEnd(cause, context.view);
};

// It stood in no list any more: its Job knows, or nobody does.
const unseen = (started: boolean, context: Context): Outcome | 'unsaid' | 'vanished' => {
  const { job, jobGone } = context.view;
  if (isJobOver(job)) return jobEnd(context.view);
  if (!jobGone) return 'unsaid';
  if (job?.metadata.deletionTimestamp === undefined) return 'vanished';
  if (context.stopping && !started) return stoppedBeforeStart;
  return lost('Its Job was deleted, and nobody saw how its container ended.');
};

const lost = (sentence: string): Outcome => ({ class: 'lost', sentence });

const deletedByForce = 'Its pod was taken away by force, before its container had ended: nobody knows how it did.';
