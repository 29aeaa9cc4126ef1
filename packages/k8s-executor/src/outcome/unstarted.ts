import { isJobOver } from './cause.ts';
import type { Context } from './context.ts';
import { notCreated } from './creation.ts';
import { toldOf } from './events.ts';
import type { Look } from './look.ts';
import { type Waiting, waiting } from './waiting.ts';

/** What can be told of a Job that has no pod yet. */
export const unstarted = (context: Context): Look => {
  const { job } = context.view;
  if (job?.spec.suspend !== true) return withoutPod(context);
  const queue = job.metadata.labels?.['kueue.x-k8s.io/queue-name'];
  return queue === undefined ? { state: 'prepared' } : queued(queue, context);
};

/** What its controller says of the pods that it has not made. */
export const withoutPod = (context: Context): Waiting => {
  const { sentence, trouble } = notCreated(context) ?? {};
  return { ...waiting('scheduling', sentence), ...(trouble && { trouble }) };
};

// Kueue tells more on its own object, which nobody here watches.
const queued = (queue: string, { view }: Context): Waiting => {
  const told = view.job === null ? [] : toldOf(view, view.job.metadata.uid);
  const last = told.findLast(({ reason }) => queueReasons.has(reason));
  const words = last === undefined ? '.' : `: ${last.message}`;
  return waiting('scheduling', `Waiting in the queue '${queue}'${words}`);
};

const queueReasons = new Set([
  'Pending',
  'QuotaReserved',
  'Inadmissible',
  'UpdatedAdmissionCheck',
  'ErrWorkloadCompose',
  'Stopped',
]);

/** Whether it was suspended after it had been let go once. Kueue takes back what the Job itself tells of that. */
export const isSuspendedAgain = ({ job, jobGone, pods, events }: Context['view']): boolean => {
  if (job?.spec.suspend !== true || jobGone || isJobOver(job)) return false;
  const wasLetGo = events.some(
    ({ involvedObject, reason }) => involvedObject.uid === job.metadata.uid && startReasons.has(reason ?? ''),
  );
  return pods.length > 0 || job.status?.startTime !== undefined || wasLetGo || isTakenBack(job);
};

// Its start took the suspension off; one that is for a queue waits there suspended.
const isTakenBack = ({ metadata }: NonNullable<Context['view']['job']>): boolean =>
  metadata.annotations?.['runyard.dev/started'] !== undefined &&
  metadata.labels?.['kueue.x-k8s.io/queue-name'] === undefined;

const startReasons = new Set(['Resumed', 'SuccessfulCreate']);
