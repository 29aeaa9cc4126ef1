import { z } from 'zod';
import { jobCreate, owner } from '../../schemas/job-request.ts';

/* Recipes as they are sent, in both generations. `object` says what becomes of fields that are not known: `z.strictObject` refuses them, `z.object` drops them. */
type ObjectOf = typeof z.object;
export const refusing = z.strictObject as ObjectOf;
export const dropping: ObjectOf = z.object;

const job = jobCreate.shape;
const text = (most: number) => z.string().max(most).nullish();
const installed = text(65_536);
const command = z.union([z.string().min(1).max(65_536), z.array(z.string().min(1).max(65_536)).min(1).max(1000)]);

const installer = (object: ObjectOf, more: Record<string, z.ZodType> = {}) =>
  z.union([z.string().max(65_536), object({ install: installed, ...more })]).nullish();

const common = (object: ObjectOf) => ({
  name: job.name,
  description: job.description,
  tags: job.tags,
  owner: owner.nullish(),
  environment_variables: job.environment_variables,
  working_directory: text(4096),
  start_script: job.start_script,
  extra_packages: object({
    pip: installer(object, { requirements_txt: installed }),
    conda: installer(object, { environment_yml: installed, use_mamba: z.boolean().nullish() }),
    apt: installer(object),
    cran: installer(object),
    remotes: installer(object),
    bioconductor: installer(object),
  }).nullish(),
  git_repositories: z
    .array(
      object({
        url: z.string().min(1).max(2048),
        path: text(4096),
        reference: z.string().max(255).nullish(),
        reference_type: z.enum(['branch', 'commit', 'tag']).nullish(),
        on_restart: z.enum(['preserve changes', 'reclone']).nullish(),
        public: z.boolean().nullish(),
        credential: text(200).describe('Ours: name of a git credential.'),
        submodules: z.boolean().nullish(),
        lfs: z.boolean().nullish(),
      }),
    )
    .max(50)
    .nullish(),
  secrets: z
    .array(
      object({
        name: z.string().min(1).max(200),
        location: z.string().min(1).max(1024),
        attachment_type: z.enum(['environment_variable', 'file']).nullish(),
        type: z.enum(['environment_variable', 'file']).nullish().describe('Its name in older recipes.'),
        description: text(2048).describe('Not kept: what is to be said is said of the secret.'),
        owner: owner.nullish(),
      }),
    )
    .max(200)
    .nullish(),
  shared_folders: z.array(z.unknown()).nullish().describe('Only an empty list.'),
  start_dind: job.start_dind,
  dask_cluster: z.unknown().optional().describe('Only null.'),
  config_files: job.config_files,
  token_scope: text(4096).describe('Only null.'),
});

const image = (object: ObjectOf) =>
  z.union([
    z.string().max(512),
    object({ uri: z.string().max(512), owner: owner.nullish(), enforce_trusted: z.boolean().nullish() }),
    object({ tag_id: z.string().max(256), enforce_trusted: z.boolean().nullish() }),
    object({
      name: z.string().min(1).max(256),
      version: z.string().min(1).max(128),
      owner: owner.nullish(),
      enforce_trusted: z.boolean().nullish(),
    }),
  ]);

const { cron, missed, ...schedule } = job.schedule.unwrap().unwrap().shape;
const { limit, ...backoff } = job.backoff.unwrap().unwrap().shape;

/** What recipes have no name for, under the names that it has in a job. */
const ours = (object: ObjectOf) =>
  object({
    executor: job.executor,
    hardware: job.hardware,
    priority: job.priority,
    image_build: job.image_build,
    command_list: z.array(z.string()).nullish().describe('The command where it is executed without a shell.'),
    schedule: object({ ...schedule, missed: object(missed.unwrap().unwrap().shape).nullish() })
      .nullish()
      .describe('But for `cron`, which is `schedule` of the recipe.'),
    backoff: object(backoff).nullish().describe('But for `limit`, which is `retries` of the recipe.'),
    limits: object(job.limits.unwrap().unwrap().shape).nullish(),
    retention: object(job.retention.unwrap().unwrap().shape).nullish(),
    on_place_lost: object(job.on_place_lost.unwrap().unwrap().shape).nullish(),
    executor_options: job.executor_options,
  });

const spec = (object: ObjectOf) =>
  object({
    ...common(object),
    image: image(object).nullish(),
    instance_type: text(256).describe("Name of a size in the host's catalogue."),
    command: command.describe('A list, also as JSON in a text, is run one after another.'),
    scale: job.scale,
    retries: job.retries,
    schedule: z.string().min(1).max(256).nullish(),
    concurrency_policy: job.concurrency_policy,
    use_spot_instance: z.boolean().nullish().describe('Only `false`.'),
    status: z
      .enum(['running', 'stopped'])
      .nullish()
      .describe('`running` starts a run unless one is active, `stopped` stops those that are.')
      .meta({ writeOnly: true }),
    runyard: ours(object).nullish().describe('What recipes have no name for.'),
  });

/** The present form. */
export const recipeOf = (object: ObjectOf) =>
  object({
    schema_version: text(64),
    type: z.literal('job').nullish(),
    spec: spec(object),
    state: z.unknown().optional().describe('As it was read; it is not looked at.').meta({ readOnly: true }),
  });

/** That of 2022: flat, with what only jobs have in `job`. */
export const flatRecipeOf = (object: ObjectOf) =>
  object({
    ...common(object),
    type: z.literal('job').nullish(),
    version: z.unknown().optional(),
    schema_version: z.unknown().optional(),
    image_uri: text(512),
    image: image(object).nullish(),
    job: object({
      command,
      instance_type: text(256),
      schedule: z.string().min(1).max(256).nullish(),
      backoff_limit: z.int().min(0).max(1000).nullish(),
      concurrency_policy: job.concurrency_policy,
      scale: job.scale,
    }),
  });

/** What the routes take. The rest is judged once it is known which generation it is, and whether fields that are not known are refused. */
export const recipeBody = z.looseObject({ spec: z.looseObject({}).optional() });

export type RecipeBody = z.output<typeof recipeBody>;

/** Whether it is of 2022. One that has neither the name of a job nor a `spec` is taken for one of now. */
export const isFlat = ({ spec, name, job: ofJob }: RecipeBody): boolean =>
  spec === undefined && (name !== undefined || ofJob !== undefined);

/** As the OpenAPI document has them. */
export const documented = {
  recipe: recipeOf(refusing).describe('With `enforce_unknown=false` it may have other fields too, which are ignored.'),
  flatRecipe: flatRecipeOf(refusing)
    .describe('A recipe of 2022. With `enforce_unknown=false` it may have other fields too, which are ignored.')
    .meta({
      example: {
        name: 'nightly-etl',
        image_uri: 'python:3.13',
        job: { command: 'python etl.py', instance_type: 'small', schedule: '0 6 * * 1-5', backoff_limit: 3 },
      },
    }),
};

export const eitherRecipe = z.union([documented.recipe, documented.flatRecipe]);
