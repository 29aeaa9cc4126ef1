import type { Job } from '../job/job.ts';
import { attemptKey, type Run } from './run.ts';

/** The environment of an attempt: what the job and the start call ask for, and who it is. No secrets. */
export const jobEnv = (job: Job, run: Run): Record<string, string> => ({
  ...job.spec.env,
  ...run.overrides?.env,
  RUNYARD_JOB_ID: job.id,
  RUNYARD_JOB_NAME: job.spec.name,
  RUNYARD_RUN_ID: run.id,
  RUNYARD_ATTEMPT: attemptKey(run.id, run.attempt),
  RUNYARD_TRIGGER: run.trigger,
  ...(run.dueAt !== null && { RUNYARD_DUE_AT: new Date(run.dueAt).toISOString() }),
});
