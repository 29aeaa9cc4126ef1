import { isRunyardError } from '../../../domain/errors.ts';
import type { JobView, Services } from '../../../services/api.ts';
import type { ReadRecipe } from './read-recipe.ts';

/** Starts a run unless one is active, whatever the job's own policy, or stops those that are. */
export const broughtTo = async ({ jobs }: Services, job: JobView, status: ReadRecipe['status']): Promise<JobView> => {
  if (status === null) return job;
  if (status === 'stopped') return jobs.stop(job.id);
  // The look and the start in one: of several who ask for it at once, one starts it.
  await jobs.start(job.id, { trigger: 'api', concurrencyPolicy: 'Forbid' }).catch(unlessActive);
  // It is accepted: what fails from here on must not look like a start that was refused.
  return jobs.get(job.id).catch(() => job);
};

const unlessActive = (error: unknown): void => {
  if (!isRunyardError(error) || error.code !== 'forbidden-overlap') throw error;
};
