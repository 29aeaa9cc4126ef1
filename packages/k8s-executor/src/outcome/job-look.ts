import { isJobOver, jobVerdict } from './cause.ts';
import type { Context } from './context.ts';
import { jobEnd } from './job-end.ts';
import type { Look } from './look.ts';
import { begun, type Rank } from './ranks.ts';
import { isSuspendedAgain, unstarted, withoutPod } from './unstarted.ts';

/** What can be told while no pod of it lives, none that was seen has failed, and not all of them were seen to succeed: mostly, none was seen at all. */
export const jobLook = (ranks: readonly Rank[], context: Context): Look => {
  const { view } = context;
  const { job, jobGone } = view;
  const begin = begun(ranks);
  if (isJobOver(job)) return { state: 'finished', outcome: jobEnd(view), unseen: true, ...begin };
  if (jobGone) return { state: 'gone' };
  if (jobVerdict(job) !== undefined || job?.metadata.deletionTimestamp !== undefined)
    return { state: 'ending', ...begin };
  if (isSuspendedAgain(view)) return { state: 'suspended-again', ...begin };
  if (begin.since === undefined) return unstarted(context);
  const { sentence, trouble } = withoutPod(context);
  return { state: 'running', since: begin.since, ...(sentence && { sentence }), ...(trouble && { trouble }) };
};
