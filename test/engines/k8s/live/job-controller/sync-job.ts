import { isTrue } from '../shared/conditions.ts';
import { deletePod } from '../shared/delete-pod.ts';
import { isActive, isTerminating, type Job, type JobStatus, type Pod } from '../shared/objects.ts';
import type { Stage } from '../shared/stage.ts';
import { seconds } from '../shared/times.ts';
import { countEnded, settle } from './count-ended.ts';
import { createPods } from './create-pods.ts';
import { failureOf } from './failure-of.ts';
import { jobCondition } from './job-condition.ts';
import { podsOf } from './pods-of.ts';
import { removeTracking } from './remove-tracking.ts';

/**
 * Brings a Job one step on, as the real controller does it: what it decides about pods, then the status with those that it is going to count, then their
 * finalizers, then the status with them counted. Each step is found again by the next call. Answers whether the API server has refused to make a pod.
 */
export const syncJob = (stage: Stage, job: Job, { mayCreate }: { mayCreate: boolean }): { refused: boolean } => {
  const status = structuredClone(job.status ?? {});
  const told: (() => void)[] = [];
  const tell = (reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal'): void =>
    void told.push(() => stage.record('Job', job, { reason, message, type, component: 'job-controller' }));

  const decision = { job, status, tell, mayCreate, refused: false };
  if (job.metadata.deletionTimestamp === undefined) decide(stage, decision);
  const pods = podsOf(stage, job.metadata.uid);
  takeCensus(status, pods);
  const counted = countEnded(job, status, pods);
  write(stage, job, status);
  for (const pod of counted) removeTracking(stage.objects, pod);
  settle(status, tell);
  write(stage, job, status);
  for (const say of told) say();
  return { refused: decision.refused };
};

interface Decision {
  job: Job;
  status: JobStatus;
  tell(reason: string, message: string): void;
  mayCreate: boolean;
  refused: boolean;
}

const decide = (stage: Stage, decision: Decision): void => {
  const { job, status } = decision;
  const isSuspended = job.spec.suspend === true;
  if (!isSuspended) status.startTime ??= seconds();
  const pods = podsOf(stage, job.metadata.uid);
  const failure = failureOf(job, status, pods);
  if (failure) {
    deleteActive(stage, job, pods, { counted: true });
    jobCondition(status, { type: 'FailureTarget', status: 'True', ...failure });
  } else if (isSuspended) suspend(stage, decision, pods);
  else if (!isTrue(status.conditions, 'SuccessCriteriaMet')) run(stage, decision, pods);
};

const suspend = (stage: Stage, { job, status, tell }: Decision, pods: readonly Pod[]): void => {
  deleteActive(stage, job, pods, { counted: false });
  if (isTrue(status.conditions, 'Suspended')) return;
  jobCondition(status, { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' });
  tell('Suspended', 'Job suspended');
};

const run = (stage: Stage, decision: Decision, pods: readonly Pod[]): void => {
  const { job, status, tell, mayCreate } = decision;
  decision.refused = mayCreate && !createPods(stage, job, { status, pods });
  if (!isTrue(status.conditions, 'Suspended')) return;
  status.startTime = seconds();
  jobCondition(status, { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' });
  tell('Resumed', 'Job resumed');
};

const deleteActive = (stage: Stage, job: Job, pods: readonly Pod[], { counted }: { counted: boolean }): void => {
  for (const pod of pods.filter(isActive)) {
    // Suspending counts no failure, so the pod is let go before it is told to end.
    if (!counted) removeTracking(stage.objects, pod);
    deletePod(stage.objects, pod.metadata.uid);
    const message = `Deleted pod: ${pod.metadata.name}`;
    stage.record('Job', job, { reason: 'SuccessfulDelete', message, component: 'job-controller' });
  }
};

const takeCensus = (status: JobStatus, pods: readonly Pod[]): void => {
  const active = pods.filter(isActive);
  if (active.length > 0) status.active = active.length;
  else delete status.active;
  status.terminating = pods.filter(isTerminating).length;
  status.uncountedTerminatedPods ??= {};
  status.ready = active.filter((pod) => isTrue(pod.status.conditions, 'Ready')).length;
};

const write = ({ objects }: Stage, { metadata: { uid } }: Job, status: JobStatus): void =>
  void objects.change('jobs', uid, (job) => {
    job.status = structuredClone(status);
  });
