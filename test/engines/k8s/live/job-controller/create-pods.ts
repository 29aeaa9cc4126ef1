import { isActive, type Job, type JobStatus, type Pod } from '../shared/objects.ts';
import type { Stage } from '../shared/stage.ts';
import { isFailed, waitsForTheEnd } from './failure-of.ts';
import { indexOf, parseIndexes } from './indexes.ts';
import { podOfJob } from './pod-of-job.ts';
import { isUncounted } from './uncounted.ts';

/** Makes the pods that are missing; false: the API server has refused one. */
export const createPods = (
  { objects, record, refusalOf }: Stage,
  job: Job,
  { status, pods }: { status: JobStatus; pods: readonly Pod[] },
): boolean => {
  const component = 'job-controller';
  for (const index of missingOf(job, status, pods)) {
    const pod = podOfJob(job, index);
    const refusal = refusalOf(pod);
    if (refusal !== null) {
      record('Job', job, { reason: 'FailedCreate', message: `Error creating: ${refusal}`, type: 'Warning', component });
      return false;
    }
    objects.create('pods', pod);
    record('Job', job, { reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}`, component });
  }
  return true;
};

/** The index of each pod to make; null for each of a Job without indexes. */
const missingOf = (job: Job, status: JobStatus, pods: readonly Pod[]): (number | null)[] => {
  const { parallelism = 1, completions = parallelism, completionMode } = job.spec;
  const inTheWay = pods.filter((pod) => isActive(pod) || (waitsForTheEnd(job.spec) && !isOver(job, pod)));
  const succeeded = pods.filter(({ status: { phase } }) => phase === 'Succeeded');
  if (completionMode !== 'Indexed') {
    const counting = status.uncountedTerminatedPods?.succeeded?.length ?? 0;
    const done = (status.succeeded ?? 0) + counting + succeeded.filter((pod) => isUncounted(pod, status)).length;
    return Array(Math.max(0, Math.min(parallelism, completions - done) - inTheWay.length)).fill(null);
  }
  const taken = new Set([...parseIndexes(status.completedIndexes), ...[...succeeded, ...inTheWay].map(indexOf)]);
  const free = Array.from({ length: completions }, (_, index) => index).filter((index) => !taken.has(index));
  return free.slice(0, Math.max(0, parallelism - inTheWay.length));
};

const isOver = (job: Job, pod: Pod): boolean => pod.status.phase === 'Succeeded' || isFailed(job, pod);
