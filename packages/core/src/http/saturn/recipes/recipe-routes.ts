import { z } from 'zod';
import { RunyardError } from '../../../domain/errors.ts';
import type { JobView } from '../../../services/api.ts';
import { pageKeys, pageOptions } from '../../answers/page-answer.ts';
import { withOwner } from '../../names/given-owner.ts';
import { ownerFilter } from '../../names/owner-filter.ts';
import { inWireNames } from '../../names/wire-error.ts';
import { type Call, json, type Route, route } from '../../route.ts';
import { savingErrors } from '../../routes/jobs.ts';
import { flag, ownerQuery, paging } from '../../schemas/query.ts';
import { isFirstClient } from '../client.ts';
import { findJob } from './find-job.ts';
import { ownerReferences } from './owner-references.ts';
import { type ReadRecipe, readRecipe } from './read-recipe.ts';
import { type Recipe, recipe, recipeExample, recipeList, recipeRequestExample } from './recipe-answer-schema.ts';
import { eitherRecipe, type RecipeBody, recipeBody } from './recipe-schema.ts';
import { applyRecipe, createFromRecipe } from './save-recipe.ts';
import { withSecretsOfOwner } from './secrets-of-owner.ts';
import { recipeAnswer } from './write-recipe.ts';

const asTemplate = flag
  .optional()
  .describe('Without its state and owner, and with its schedule off: to make another one from.');
const enforceUnknown = flag
  .optional()
  .describe('Default true: a field that is not known is refused. Else it is ignored.');

/** Jobs as recipes, in the published form of 2025; that of 2022 is read too. */
export const recipeRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/recipes',
    id: 'listRecipes',
    summary: 'List jobs as recipes',
    query: z.object({
      ...paging,
      last_key: paging.next_key.describe('As `next_key`, for the first client.'),
      ...ownerQuery,
      type: z.string().max(64).optional().describe('Of any other than `job` there are none.'),
      name: z.string().max(256).optional().describe('Part of the name.'),
      as_template: asTemplate,
    }),
    answers: { 200: { description: 'A page of recipes', schema: recipeList, example: { recipes: [recipeExample] } } },
    handle: async (call) => {
      const { type = 'job', name, last_key: lastKey, as_template: template = false, ...query } = call.query;
      if (type !== 'job') return json({ recipes: [] });
      const owner = await ownerFilter(query, call.owners);
      const page = await call.services.jobs.list({
        ...pageOptions({ ...query, next_key: query.next_key ?? lastKey }),
        ...(name !== undefined && { name }),
        ...(owner !== undefined && { owner }),
      });
      const recipes = await asRecipes(call, page.items, template);
      return json({ recipes, ...pageKeys(page), ...(page.next !== undefined && { next_last_key: page.next }) });
    },
  }),
  route({
    method: 'GET',
    path: '/recipes/{recipe_type}/{recipe_name}',
    id: 'getRecipe',
    summary: 'Read a job as a recipe, by its name',
    description:
      'Of whom the query names, else of who asks. As a template it may be that of another owner whose jobs one may read, where that one has none of the name.',
    query: z.object({ ...ownerQuery, as_template: asTemplate }),
    answers: { 200: { description: 'The recipe', schema: recipe, example: recipeExample } },
    errors: ['job-not-found', 'not-found'],
    handle: async (call) => {
      const { recipe_type: type = '', recipe_name: name = '' } = call.params;
      if (type !== 'job') throw otherType(type);
      const { as_template: template = false, ...query } = call.query;
      const owner = await ownerFilter(query, call.owners);
      const job = await findJob(call.services, { principal: call.principal, name, owner, orOfAnother: template });
      return json(await asRecipe(call, job, template));
    },
  }),
  route({
    method: 'GET',
    path: '/jobs/{job_id}/recipe',
    id: 'jobRecipe',
    summary: 'Read a job as a recipe',
    query: z.object({ as_template: asTemplate }),
    answers: { 200: { description: 'The recipe', schema: recipe, example: recipeExample } },
    handle: async (call) => {
      const job = await call.services.jobs.get(call.params.job_id ?? '');
      return json(await asRecipe(call, job, call.query.as_template ?? false));
    },
  }),
  ...(['POST', 'PUT'] as const).map((method) =>
    route({
      method,
      path: '/recipes',
      id: method === 'POST' ? 'createRecipe' : 'applyRecipe',
      summary:
        method === 'POST' ? 'Create a job from a recipe' : 'Create or update a job by owner and name, from a recipe',
      description:
        'Takes recipes of 2022 too, which are flat, with `job: { command, instance_type, schedule, backoff_limit, concurrency_policy }`.',
      query: z.object({ enforce_unknown: enforceUnknown }),
      body: {
        schema: recipeBody,
        documented: eitherRecipe,
        code: 'invalid-job',
        required: true,
        example: recipeRequestExample,
      },
      answers: { 201: { description: 'The job, as a recipe', schema: recipe, example: recipeExample } },
      errors: [...savingErrors, 'size-mismatch', 'edit-conflict', 'name-in-use', 'forbidden-overlap', 'missing-access'],
      handle: async (call) => {
        const read = await readFor(call, call.body, call.query.enforce_unknown ?? true);
        const save = method === 'POST' ? createFromRecipe : applyRecipe;
        const job = await inWireNames(read.body, read.names, () => save(call, read));
        return json(await asRecipe(call, job, false), 201, { location: call.url(`/jobs/${job.id}`) });
      },
    }),
  ),
];

const readFor = async (call: Call, given: RecipeBody, enforceUnknown: boolean): Promise<ReadRecipe> => {
  const { spec } = given;
  const owned =
    spec === undefined
      ? await withOwner(given, call.owners, { code: 'invalid-job', field: 'owner' })
      : { ...given, spec: await withOwner(spec, call.owners, { code: 'invalid-job', field: 'spec.owner' }) };
  const read = readRecipe(owned, enforceUnknown);
  await withSecretsOfOwner(call, read, spec === undefined ? 'secrets' : 'spec.secrets');
  return read;
};

const asRecipe = async (call: Call, job: JobView, template: boolean): Promise<Recipe> => {
  const [answer] = await asRecipes(call, [job], template);
  if (!answer) throw new TypeError('one job gives one recipe');
  return answer;
};

const asRecipes = async (call: Call, jobs: readonly JobView[], template: boolean): Promise<Recipe[]> => {
  const references = await ownerReferences(call.owners, template ? [] : jobs);
  const forFirstClient = isFirstClient(call.request);
  return jobs.map((job) =>
    recipeAnswer(job, { asTemplate: template, owner: references.get(job.spec.owner), forFirstClient }),
  );
};

const otherType = (type: string): RunyardError =>
  new RunyardError('not-found', `There are only recipes of jobs here: ask for /recipes/job/…, not for a '${type}'.`);
