import { z } from 'zod';
import { job, keys } from '../../schemas/answers.ts';
import { jobExample } from '../../schemas/examples.ts';
import { org } from '../people/org.ts';

const { shape } = job;
const installed = z.string().optional();

/** A recipe as it is answered, in the present form. */
export const recipe = z.object({
  schema_version: z.literal('2025.10.01'),
  type: z.literal('job'),
  spec: z.object({
    name: shape.name,
    owner: z
      .union([z.string(), z.object({ id: z.string() })])
      .optional()
      .describe('`org/name`, or its id where a name would not find it; a template has none.'),
    description: shape.description,
    tags: shape.tags,
    image: z.object({ uri: z.string() }).describe('Empty: it names none.'),
    instance_type: z.string(),
    environment_variables: shape.environment_variables,
    working_directory: z.string(),
    start_script: z.string().nullable(),
    extra_packages: z
      .object({
        apt: z.object({ install: installed }).optional(),
        pip: z.object({ install: installed, requirements_txt: installed }).optional(),
        conda: z.object({ install: installed, environment_yml: installed }).optional(),
        cran: z.object({ install: installed }).optional(),
      })
      .optional(),
    git_repositories: z.array(
      z.object({
        url: z.string(),
        path: z.string().optional(),
        reference: z.string().nullable(),
        reference_type: z.enum(['branch', 'tag', 'commit']).optional(),
        on_restart: z.literal('reclone'),
        credential: z.string().optional(),
        submodules: z.literal(true).optional(),
        lfs: z.literal(true).optional(),
      }),
    ),
    secrets: shape.secrets,
    shared_folders: z.array(z.never()),
    start_dind: z.literal(false),
    command: z.string(),
    scale: z.int(),
    use_spot_instance: z.literal(false),
    schedule: z.string().nullable(),
    concurrency_policy: shape.concurrency_policy,
    retries: z.int(),
    runyard: z
      .object({
        executor: shape.executor,
        hardware: shape.hardware,
        priority: shape.priority,
        image_build: shape.image_build,
        command_list: z.array(z.string()).optional(),
        schedule: z.record(z.string(), z.unknown()).optional(),
        backoff: z.record(z.string(), z.unknown()),
        limits: shape.limits,
        retention: shape.retention,
        on_place_lost: shape.on_place_lost,
        executor_options: shape.executor_options,
      })
      .describe('What recipes have no name for.'),
  }),
  state: z
    .object({ id: z.string(), status: z.string() })
    .optional()
    .describe('A template has none. For the first client, which knows no `completed`, that is `stopped`.'),
});

export type Recipe = z.output<typeof recipe>;

export const recipeList = z.object({
  recipes: z.array(recipe),
  ...keys,
  next_last_key: z.string().optional().describe('The same as `next_key`, which the first client does not know.'),
});

export const recipeExample = {
  schema_version: '2025.10.01' as const,
  type: 'job' as const,
  spec: {
    name: jobExample.name,
    owner: `${org.name}/alice`,
    description: '',
    tags: {},
    image: { uri: jobExample.image_uri },
    instance_type: jobExample.instance_size,
    environment_variables: jobExample.environment_variables,
    working_directory: jobExample.working_dir,
    start_script: null,
    git_repositories: [
      {
        url: 'https://github.com/acme/etl.git',
        reference: 'v1.4.0',
        reference_type: 'tag',
        on_restart: 'reclone',
      },
    ],
    secrets: [],
    shared_folders: [],
    start_dind: false,
    command: jobExample.command,
    scale: 1,
    use_spot_instance: false,
    schedule: jobExample.schedule.cron,
    concurrency_policy: jobExample.concurrency_policy,
    retries: 1,
    runyard: {
      executor: jobExample.executor,
      hardware: jobExample.hardware,
      priority: 0,
      schedule: { timezone: null, dst: 'once', enabled: true },
      backoff: { initial_ms: 10_000, factor: 2, max_ms: 360_000 },
      limits: jobExample.limits,
      retention: jobExample.retention,
      on_place_lost: jobExample.on_place_lost,
      executor_options: {},
    },
  },
  state: { id: jobExample.id, status: jobExample.status },
};

/** What is sent of it to make such a job. */
export const recipeRequestExample = {
  type: 'job' as const,
  spec: {
    name: jobExample.name,
    command: jobExample.command,
    image: jobExample.image_uri,
    instance_type: jobExample.instance_size,
    schedule: jobExample.schedule.cron,
  },
};
