import type { JobSpec } from '@runyard/core';
import { containers } from '../manifest/inside.ts';
import type { PlainObject } from '../manifest/plain-object.ts';
import type { CronInput } from './cron-input.ts';
import type { CronSchedule } from './cron-schedule.ts';

/** What a CronJob says of itself, around its pod template. */
export const cronJobSpec = (
  { job, paused }: CronInput,
  { schedule, timeZone }: CronSchedule,
  { labels, template }: { labels: Record<string, string>; template: PlainObject },
): PlainObject => ({
  schedule,
  timeZone,
  concurrencyPolicy: job.concurrencyPolicy,
  startingDeadlineSeconds: startingDeadline(job),
  suspend: paused || job.schedule?.enabled === false,
  successfulJobsHistoryLimit: keptJobs(job),
  failedJobsHistoryLimit: keptJobs(job),
  jobTemplate: {
    metadata: { labels },
    spec: {
      completions: job.scale,
      parallelism: job.scale,
      ...(job.scale > 1 && { completionMode: 'Indexed' }),
      // Another try of one rank would run beside what is left of the first.
      backoffLimit: job.scale > 1 ? 0 : job.backoff.limit,
      podReplacementPolicy: 'Failed',
      podFailurePolicy: { rules: rulesOf(job) },
      ttlSecondsAfterFinished: Math.min(Math.ceil(job.retention.maxAgeMs / 1000), 2 ** 31 - 1),
      template,
    },
  },
});

/** How many ended Jobs of each kind the cluster keeps; each has a pod that lies on its node. */
export const keptJobs = ({ retention }: JobSpec): number => Math.min(retention.maxRuns, 10);

// An occurrence that `Forbid` keeps off is not skipped: it starts when the run before it ends, if that is within this.
const startingDeadline = ({ schedule, concurrencyPolicy }: JobSpec): number => {
  if (concurrencyPolicy === 'Forbid') return forbidSeconds;
  const { rule, windowMs } = schedule?.missed ?? { rule: 'skip', windowMs: 0 };
  return Math.max(60, rule === 'skip' ? 0 : Math.ceil(windowMs / 1000));
};

/** Below ten seconds the controller may miss every occurrence, and another one takes up to twenty to take over from it. */
export const forbidSeconds = 30;

// A disruption is not the job's fault; some exit codes are not worth another try. The rest counts against the backoff limit.
const rulesOf = ({ backoff, scale }: JobSpec): PlainObject[] => [
  {
    action: backoff.infrastructureLimit > 0 && scale === 1 ? 'Ignore' : 'FailJob',
    onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
  },
  ...(backoff.notOnExitCodes.length === 0
    ? []
    : [{ action: 'FailJob', onExitCodes: { containerName: containers.job, operator: 'In', values: codes(backoff) } }]),
];

const codes = ({ notOnExitCodes }: JobSpec['backoff']): number[] => [...new Set(notOnExitCodes)].sort((a, b) => a - b);
