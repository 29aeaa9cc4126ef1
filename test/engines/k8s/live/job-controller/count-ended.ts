import { isTrue } from '../shared/conditions.ts';
import type { Job, JobStatus, Pod } from '../shared/objects.ts';
import { seconds } from '../shared/times.ts';
import { isFailed } from './failure-of.ts';
import { indexOf, parseIndexes, writeIndexes } from './indexes.ts';
import { jobCondition } from './job-condition.ts';
import { matchFailurePolicy } from './pod-failure-policy.ts';
import { isTracked } from './remove-tracking.ts';
import { isUncounted } from './uncounted.ts';

/** Puts down which pods are being counted, and whether the Job has what it was made for. Returns those whose finalizer can go then. */
export const countEnded = (job: Job, status: JobStatus, pods: readonly Pod[]): Pod[] => {
  const hasFailed = isTrue(status.conditions, 'FailureTarget');
  const ended = pods.filter(
    (pod) => isTracked(pod) && (hasFailed || isFailed(job, pod) || pod.status.phase === 'Succeeded'),
  );
  for (const pod of ended.filter((each) => isUncounted(each, status))) note(job, status, pod, hasFailed);
  if (!hasFailed && succeededOf(status) >= completionsOf(job))
    jobCondition(status, { type: 'SuccessCriteriaMet', status: 'True', ...reached });
  return ended;
};

const note = (job: Job, status: JobStatus, pod: Pod, hasFailed: boolean): void => {
  status.uncountedTerminatedPods ??= {};
  const counting = status.uncountedTerminatedPods;
  const { uid } = pod.metadata;
  if (pod.status.phase === 'Succeeded' && job.spec.completionMode === 'Indexed') {
    // An index can be told twice without being counted twice.
    status.completedIndexes = writeIndexes([...parseIndexes(status.completedIndexes), indexOf(pod)]);
    status.succeeded = parseIndexes(status.completedIndexes).length;
  } else if (pod.status.phase === 'Succeeded') counting.succeeded = [...(counting.succeeded ?? []), uid];
  // Of a Job that has failed, every pod that has not ended well counts as failed, also those that end well later.
  else if (hasFailed || (isFailed(job, pod) && matchFailurePolicy(job, pod)?.action !== 'Ignore'))
    counting.failed = [...(counting.failed ?? []), uid];
};

/** Counts what was put down, and ends the Job once none of its pods runs any more. */
export const settle = (
  status: JobStatus,
  tell: (reason: string, message: string, type?: 'Normal' | 'Warning') => void,
): void => {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  if (succeeded.length > 0) status.succeeded = (status.succeeded ?? 0) + succeeded.length;
  if (failed.length > 0) status.failed = (status.failed ?? 0) + failed.length;
  status.uncountedTerminatedPods = {};
  if (status.active || status.terminating) return;
  const failure = status.conditions?.find(({ type, status }) => type === 'FailureTarget' && status === 'True');
  if (failure) {
    const { reason = '', message = '' } = failure;
    jobCondition(status, { type: 'Failed', status: 'True', reason, message });
    tell(reason, message, 'Warning');
  } else if (isTrue(status.conditions, 'SuccessCriteriaMet')) {
    status.completionTime = seconds();
    jobCondition(status, { type: 'Complete', status: 'True', ...reached });
    tell('Completed', 'Job completed');
  }
};

const reached = { reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };

const succeededOf = ({ succeeded = 0, uncountedTerminatedPods: counting }: JobStatus): number =>
  succeeded + (counting?.succeeded?.length ?? 0);

const completionsOf = ({ spec: { completions, parallelism = 1 } }: Job): number => completions ?? parallelism;
