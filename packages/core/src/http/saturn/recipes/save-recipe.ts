import { ownerOf } from '../../../access/principal.ts';
import { isRunyardError } from '../../../domain/errors.ts';
import type { JobPatch } from '../../../domain/job/job-schema.ts';
import { activeStates } from '../../../domain/run/run.ts';
import type { JobView, Services } from '../../../services/api.ts';
import type { Call } from '../../route.ts';
import { unlessGone } from '../unless-gone.ts';
import { findJob } from './find-job.ts';
import type { ReadRecipe } from './read-recipe.ts';

/** Makes the job of a recipe. Throws `name-in-use` where its owner has one of that name. */
export const createFromRecipe = async (
  { services }: Pick<Call, 'services'>,
  { input, status }: ReadRecipe,
): Promise<JobView> => brought(services, await services.jobs.create(input), status);

/** Brings the job of that owner and name to what the recipe says, or makes it. What recipes have no name for stays as it is where the recipe does not say it. */
export const applyRecipe = async (call: Pick<Call, 'services' | 'principal'>, recipe: ReadRecipe): Promise<JobView> => {
  const { services, principal } = call;
  const { name, owner = ownerOf(principal) } = recipe.input;
  for (let attempt = 1; ; attempt++) {
    const which = { principal, name, owner, orOfAnother: false };
    const existing = await unlessGone(findJob(services, which), 'job-not-found');
    if (existing) {
      const saved = await services.jobs.update(existing.id, { ...defaulted, ...recipe.input } as JobPatch);
      return brought(services, saved, recipe.status);
    }
    try {
      return await createFromRecipe(call, recipe);
    } catch (error) {
      // Somebody else has made it meanwhile.
      if (attempt > 1 || !isRunyardError(error) || error.code !== 'name-in-use') throw error;
    }
  }
};

/** What a recipe that leaves it out takes back to its default. */
const defaulted: JobPatch = {
  description: null,
  tags: null,
  image: null,
  size: null,
  env: null,
  workingDir: null,
  startScript: null,
  extraPackages: null,
  sources: null,
  secrets: null,
  scale: null,
  concurrencyPolicy: null,
  backoff: { limit: null },
};

const brought = async (services: Services, job: JobView, status: ReadRecipe['status']): Promise<JobView> => {
  if (status === null) return job;
  if (status === 'stopped') return services.jobs.stop(job.id);
  const { items } = await services.runs.list({ jobId: job.id, states: [...activeStates], limit: 1 });
  if (items.length === 0) await services.jobs.start(job.id, { trigger: 'api' });
  return services.jobs.get(job.id);
};
