import { ownerOf } from '../../../access/principal.ts';
import { isRunyardError } from '../../../domain/errors.ts';
import type { JobPatch } from '../../../domain/job/job-schema.ts';
import type { JobView } from '../../../services/api.ts';
import { getPath } from '../../names/paths.ts';
import type { Call } from '../../route.ts';
import { unlessGone } from '../unless-gone.ts';
import { broughtTo } from './bring-to-status.ts';
import { findJob } from './find-job.ts';
import type { ReadRecipe } from './read-recipe.ts';

type By = Pick<Call, 'services' | 'principal'>;

/** Makes the job of a recipe. Throws `name-in-use` where its owner has one of that name. One that is to run and may not start is taken back. */
export const createFromRecipe = async (
  { services }: Pick<By, 'services'>,
  { input, status }: ReadRecipe,
): Promise<JobView> => {
  const job = await services.jobs.create(input);
  try {
    return await broughtTo(services, job, status);
  } catch (error) {
    // Unless its schedule has started it meanwhile. The refusal is what counts, whatever becomes of this.
    if (isRefusal(error, ['missing-access', 'forbidden'])) await services.jobs.remove(job.id).catch(() => {});
    throw error;
  }
};

/** Brings the job of that owner and name to what the recipe says, or makes it. What recipes have no name for stays as it is where the recipe does not say it. */
export const applyRecipe = async (by: By, recipe: ReadRecipe): Promise<JobView> =>
  broughtTo(by.services, await savedOf(by, recipe), recipe.status);

/** How often it is tried anew where somebody else saves the job meanwhile: of so many at once, each goes through. */
const tries = 100;

const savedOf = async ({ services: { jobs }, ...by }: By, recipe: ReadRecipe): Promise<JobView> => {
  const { input } = recipe;
  const { name, owner = ownerOf(by.principal) } = input;
  for (let attempt = 1; ; attempt++) {
    const which = { principal: by.principal, name, owner, orOfAnother: false };
    const existing = await unlessGone(findJob({ jobs }, which), 'job-not-found');
    try {
      return await (existing ? jobs.update(existing.id, patchOf(recipe, existing)) : jobs.create(input));
    } catch (error) {
      const isRaced = isRefusal(error, existing ? ['edit-conflict', 'job-not-found'] : ['name-in-use']);
      if (!isRaced || attempt === tries) throw error;
    }
  }
};

const isRefusal = (error: unknown, codes: readonly string[]): boolean =>
  isRunyardError(error) && codes.includes(error.code);

// Recipes have no name for an image that is built: one that says nothing of it, or an empty name, leaves it as it is.
const patchOf = ({ input, body }: ReadRecipe, { spec }: JobView): JobPatch => {
  const patch = { ...defaulted, ...input } as JobPatch;
  const isBuilt = spec.image !== null && typeof spec.image !== 'string';
  const isLeft = patch.image == null && getPath(body, 'spec.runyard.image_build') !== null;
  return isBuilt && isLeft ? { ...patch, image: spec.image } : patch;
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
