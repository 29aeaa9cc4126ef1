import type { Outcome } from '@runyard/core';
import type { JobObject } from '../api/objects.ts';
import type { View } from '../watch/view.ts';
import { jobVerdict } from './cause.ts';
import { deletedEnd } from './cut-short.ts';
import { jobContainer, sourceContainer } from './pod-facts.ts';
import { epoch } from './times.ts';
import { infrastructure, inWords, startFailed, timedOut } from './words.ts';

/** How an attempt ended by what its Job says, whose pod nobody saw end: it was away, or we were. */
export const jobEnd = (view: View): Outcome => {
  const { job } = view;
  const verdict = jobVerdict(job);
  const endedAt = epoch(job?.status?.completionTime) ?? epoch(verdict?.lastTransitionTime);
  return { ...endOf(view), ...(endedAt !== undefined && { endedAt }) };
};

const endOf = (view: View): Outcome => {
  const verdict = jobVerdict(view.job);
  if (verdict?.type === 'Complete')
    return wereKilled(view, view.job)
      ? deletedEnd('pod', view)
      : { class: 'exited', code: 0, phase: 'command', sentence: itsJobsWord };
  const { reason = '', message = '' } = verdict ?? {};
  if (reason === 'DeadlineExceeded') return timedOut(message);
  if (reason === 'PodFailurePolicy') return byPolicy(view, message);
  return {
    class: 'lost',
    sentence: `Its Job failed, its pod is gone, and nothing tells how it ended${inWords(message)}`,
  };
};

const itsJobsWord = 'Its pod is gone; its Job says Complete.';

/** By the rule of ours that the pod met, which the Job repeats in words. */
const byPolicy = (view: View, message: string): Outcome => {
  if (/has condition DisruptionTarget/.test(message))
    return infrastructure('disrupted', `The cluster ended its pod${inWords(message)}`);
  const [, container, pod = '', code] = policyWords.exec(message) ?? [];
  if (code === undefined)
    return { class: 'lost', sentence: `Its pod is gone, and nothing tells how it ended${inWords(message)}` };
  if (wasKilled(view, (name) => name === pod)) return deletedEnd('pod', view, ` (exit code ${code})`);
  if (container === jobContainer) return { class: 'exited', code: Number(code) };
  const reason = container === sourceContainer ? 'source-failed' : 'init-failed';
  return startFailed(reason, `Its container ${container} failed before the job began${inWords(message)}`);
};

const policyWords = /^Container (\S+) for pod (?:\S+\/)?(\S+) failed with exit code (\d+)/;

// A command may end with 0 when it is told to end, and then the Job counts that.
const wereKilled = (view: View, job: JobObject | null): boolean =>
  wasKilled(view, (name) => name.startsWith(`${job?.metadata.name}-`));

const wasKilled = ({ events }: View, isIt: (pod: string) => boolean): boolean =>
  events.some(({ reason, involvedObject }) => reason === 'Killing' && isIt(involvedObject.name ?? ''));
