import { RunyardError } from '../../domain/errors.ts';
import { errorsOf } from '../../domain/job/finding-sentences.ts';
import type { Job, JobSpec } from '../../domain/job/job.ts';
import type { JobServices } from '../read-job.ts';
import { checkJob } from './check-job.ts';

/** As below, for all of these; and whoever asks is asked again afterwards, since a check takes long enough to lose a right in. */
export const afterChecks = async (
  services: JobServices,
  checks: readonly (() => Promise<void>)[],
): Promise<JobServices> => {
  for (const check of checks) await check();
  return services.again ? { ...services, principal: await services.again() } : services;
};

/** Throws `check-failed` where the job could not run as it is. What could not be found out refuses nothing. */
export const refuseUnready = async (services: JobServices, which: { job: Job } | { spec: JobSpec }): Promise<void> => {
  const errors = errorsOf((await checkJob(services, which)).findings);
  if (!errors) return;
  const { sentences, ...where } = errors;
  const { name } = 'job' in which ? which.job.spec : which.spec;
  throw new RunyardError(
    'check-failed',
    `The job '${name}' was not saved, since it could not run. ${sentences}`,
    where,
  );
};
