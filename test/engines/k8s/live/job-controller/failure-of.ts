import type { Condition, Job, JobStatus, Pod } from '../shared/objects.ts';
import { matchFailurePolicy } from './pod-failure-policy.ts';
import { isUncounted } from './uncounted.ts';

/** Why a Job has failed, or null. What was found once stays. */
export const failureOf = (
  job: Job,
  status: JobStatus,
  pods: readonly Pod[],
): Pick<Condition, 'reason' | 'message'> | null => {
  const known = status.conditions?.find(({ type, status }) => type === 'FailureTarget' && status === 'True');
  if (known) return { reason: known.reason ?? '', message: known.message ?? '' };
  const failed = pods.filter((pod) => isUncounted(pod, status) && isFailed(job, pod));
  for (const pod of failed) {
    const matched = matchFailurePolicy(job, pod);
    if (matched?.action === 'FailJob') return { reason: 'PodFailurePolicy', message: matched.message };
  }
  const counted = failed.filter((pod) => matchFailurePolicy(job, pod)?.action !== 'Ignore').length;
  const all = (status.failed ?? 0) + (status.uncountedTerminatedPods?.failed?.length ?? 0) + counted;
  if (counted > 0 && all > (job.spec.backoffLimit ?? 6))
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  if (!job.spec.suspend && deadlineOf(job, status) <= Date.now())
    return { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  return null;
};

/** With a policy for replacements, a pod on its way out has not failed before it is over. */
export const isFailed = ({ spec }: Job, { status, metadata }: Pod): boolean =>
  status.phase === 'Failed' ||
  (!waitsForTheEnd(spec) && metadata.deletionTimestamp !== undefined && status.phase !== 'Succeeded');

export const waitsForTheEnd = ({ podReplacementPolicy, podFailurePolicy }: Job['spec']): boolean =>
  podReplacementPolicy === 'Failed' || (podReplacementPolicy === undefined && podFailurePolicy !== undefined);

/** Epoch ms. */
export const deadlineOf = ({ spec }: Job, { startTime }: JobStatus): number =>
  spec.activeDeadlineSeconds === undefined || startTime === undefined
    ? Number.POSITIVE_INFINITY
    : Date.parse(startTime) + spec.activeDeadlineSeconds * 1000;
