import type { Condition, JobObject } from '../api/objects.ts';
import type { View } from '../watch/view.ts';
import { toldOf } from './events.ts';

/**
 * Why a pod was deleted that we did not delete: by the Job controller, as the Job's own deadline had passed or it was suspended; with its Job; with its namespace; or by
 * somebody who deleted just the pod.
 */
export type Cause = 'deadline' | 'suspended' | 'job' | 'namespace' | 'pod';

/** undefined: the Job has not said so yet. Its controller does within seconds, whichever it was. */
export const causeOf = (view: View): Cause | undefined => {
  const { job, jobGone } = view;
  const verdict = jobVerdict(job);
  if (verdict?.reason === 'DeadlineExceeded') return 'deadline';
  const deleted = jobGone || job?.metadata.deletionTimestamp !== undefined;
  if ((verdict !== undefined || deleted) && isNamespaceEnding(view)) return 'namespace';
  if (verdict !== undefined) return 'pod';
  if (job?.spec.suspend === true) return 'suspended';
  return deleted ? 'job' : undefined;
};

/** What the Job says of its own end, as early as it does: the cause comes before the end. */
export const jobVerdict = (job: JobObject | null): Condition | undefined =>
  ['Failed', 'Complete', 'FailureTarget', 'SuccessCriteriaMet']
    .map((type) => conditionOf(job, type))
    .find((condition) => condition !== undefined);

/** undefined: it is not so. */
export const conditionOf = (job: JobObject | null, type: string): Condition | undefined =>
  job?.status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');

/** No pod of it runs, or is going to. */
export const isJobOver = (job: JobObject | null): boolean =>
  ['Failed', 'Complete'].includes(jobVerdict(job)?.type ?? '');

/** Somebody deletes the whole namespace: it takes nothing new. */
const isNamespaceEnding = (view: View): boolean =>
  view.job !== null && toldOf(view, view.job.metadata.uid).some(({ message }) => namespaceEnds.test(message));

export const namespaceEnds = /because it is being terminated/;
