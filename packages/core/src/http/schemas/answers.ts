import { z } from 'zod';
import { activeStates, terminalStates } from '../../domain/run/run.ts';
import { extraPackages, imageBuild } from './job-request.ts';

/* What is answered. Published names and shapes where there are any; every time is `YYYY-MM-DDTHH:MM:SS+00:00`. */

export const id = z.string().regex(/^[0-9a-f]{32}$/);
export const time = z.string().meta({ example: '2026-02-01T09:30:00+00:00' });
export const timeOrNull = time.nullable();
const milliseconds = z.int();

export const runState = z.enum([...activeStates, ...terminalStates]);
const policy = z.enum(['Allow', 'Forbid', 'Replace']);
const command = z.union([z.string(), z.array(z.string())]);
const variables = z.record(z.string(), z.string());

export const owner = z.object({
  id: z.string().describe('`user:<id>` or `group:<id>`.'),
  name: z.string().describe('Of the user or of the group, where the directory knows it; else the id.'),
  identity_name: z.string().describe('As `name`.'),
  identity_type: z.enum(['user', 'group']),
  user_id: z.string().nullable(),
  group_id: z.string().nullable(),
  org_id: z.string().describe('There are no organisations: always empty.'),
  org_name: z.string().describe('As above.'),
  org_admin: z.boolean(),
  avatar_url: z.string().describe('Always empty.'),
  created_at: time.describe('1970: not known.'),
});

const hardwareType = z.enum(['CPU', 'NVIDIA', 'AMD']);

/** As published, of a directory of images that we do not have: what is known of a job's image, and published defaults. */
export const imageTag = z.object({
  id: z.string().describe('Always empty.'),
  created_at: time,
  image: z.object({
    id: z.string().describe('Always empty.'),
    name: z.string().describe('The image without its tag; empty: the job names none.'),
    owner,
    description: z.string(),
    created_at: time,
    hardware_type: hardwareType,
    supports: z.array(z.string()),
    access: z.literal('owner'),
    is_base: z.literal(false),
    is_gpu: z.boolean(),
    trusted: z.literal(true),
  }),
  image_uri: z.string().describe('Empty: the job names no image, or has one built.'),
  description: z.string(),
  version: z.string().describe('The tag or the digest; `latest` without one.'),
  archived: z.literal(false),
  is_external: z.boolean(),
  status: z.literal('built'),
});

const repository = z.object({
  url: z.string(),
  ref: z.string().nullable(),
  ref_type: z.enum(['branch', 'tag', 'commit']).nullable(),
  path: z.string().nullable(),
  credential: z.string().nullable(),
  submodules: z.boolean(),
  lfs: z.boolean(),
});

export const job = z.object({
  id,
  name: z.string(),
  owner,
  resource_type: z.literal('job'),
  description: z.string(),
  tags: z.record(z.string(), z.string()),
  command: z.string().describe('Run by `sh -c`; a list is told here as a line of shell that means the same.'),
  command_list: z
    .array(z.string())
    .nullable()
    .describe('The command where it is a list, which is executed without a shell.'),
  executor: z.string(),
  image_uri: z.string().nullable(),
  image_tag: imageTag,
  image_build: imageBuild.optional().describe('Where the image is built and not named.'),
  hardware: z.enum(['cpu', 'gpu']),
  instance_size: z.string(),
  size_display: z.string().meta({ example: 'Medium - 2 cores - 4 GB RAM' }),
  priority: z.int(),
  external_repo_attachments: z.array(repository),
  extra_packages: extraPackages.nullable(),
  environment_variables: variables,
  secrets: z.array(
    z.object({ name: z.string(), attachment_type: z.enum(['environment_variable', 'file']), location: z.string() }),
  ),
  start_script: z.string().nullable(),
  working_dir: z.string(),
  concurrency_policy: policy,
  cron_schedule_options: z.object({ schedule: z.string(), concurrency_policy: policy }).optional(),
  schedule: z
    .object({
      cron: z.string(),
      timezone: z.string().nullable(),
      dst: z.enum(['once', 'robfig']),
      missed: z.object({ rule: z.enum(['skip', 'latest', 'all']), window_ms: milliseconds, cap: z.int() }),
      enabled: z.boolean(),
      starts_at: timeOrNull,
      ends_at: timeOrNull,
      jitter_ms: milliseconds,
    })
    .nullable(),
  retries: z.int(),
  backoff: z.object({
    limit: z.int(),
    initial_ms: milliseconds,
    factor: z.number(),
    max_ms: milliseconds,
    jitter: z.number(),
    not_on_exit_codes: z.array(z.int()),
    infrastructure_limit: z.int(),
  }),
  limits: z.object({ start_ms: milliseconds.nullable(), run_ms: milliseconds.nullable(), grace_ms: milliseconds }),
  retention: z.object({ max_age_ms: milliseconds, max_runs: z.int() }),
  on_place_lost: z.object({ rule: z.enum(['wait', 'assume-gone']), after_ms: milliseconds.nullable() }),
  scale: z.int(),
  executor_options: z.record(z.string(), z.unknown()),
  status: z
    .enum(['pending', 'running', 'stopping', 'stopped', 'completed', 'error'])
    .describe('Of its active runs; without any, how the last one ended.'),
  running_count: z.int().describe('Runs whose command is running.'),
  active_runs: z.int().describe('Runs that have not ended.'),
  scheduled: z.boolean().describe('Its schedule fires: it has one that is enabled and not paused.'),
  paused: z.boolean(),
  hint: z
    .string()
    .nullable()
    .describe('What would make its starts faster, as its last run that succeeded showed; null in lists.'),
  next_run_at: timeOrNull,
  revision: z.int().describe('Raised by each edit.'),
  created_at: time,
  updated_at: time,
  last_deploy: time.describe('When it was last started; of one that never was, when it was created.'),
  require_restart: z.literal(false),
  is_spot: z.literal(false),
  start_dind: z.literal(false),
  debug_mode: z.literal(false),
  k8s_name: z.string().describe('Always empty.'),
});

export const keys = { next_key: z.string().optional(), prev_key: z.string().optional() };
export const jobList = z.object({ jobs: z.array(job), ...keys });

const fields = z.record(z.string(), z.unknown()).nullable();

export const appliedJobs = z.object({
  changes: z.array(
    z.object({
      change: z.enum(['created', 'updated', 'unchanged', 'removed']),
      id: id.nullable().describe('Null: it would be created.'),
      name: z.string(),
      owner: z.string(),
      before: fields.describe('All that can be set of a job, as it was; null: there was none.'),
      after: fields.describe('As it is now, or would be; null: it is removed.'),
    }),
  ),
});

export const schedulePreview = z.object({
  says: z.string().nullable().describe('The schedule in words; null: the job has none.'),
  timezone: z.string().nullable(),
  times: z.array(time),
});

const resolved = z.object({ url: z.string(), ref: z.string().nullable(), commit: z.string() });

export const run = z.object({
  id,
  job_id: id,
  revision: z.int().describe('Of the job, when the run was made.'),
  state: runState,
  reason: z.string().nullable().describe('A stable code; null while it is active.'),
  sentence: z.string().nullable().describe('Why it ended so, or what it waits for.'),
  silent_since: time.nullable().describe('Since when its place does not answer; null: it answers.'),
  trigger: z.enum(['schedule', 'api', 'manual']),
  requested_by: z
    .string()
    .describe(
      'An id, or `schedule`; behind a space `token:<id>` or `run:<id>`, where a token of the directory or of a run was used',
    ),
  priority: z.int(),
  executor: z.string(),
  attempt: z.int().describe('From 1; 0 before the first.'),
  failures: z.int(),
  infrastructure_failures: z.int(),
  commits: z.array(resolved).nullable(),
  overrides: z
    .object({
      concurrency_policy: policy.optional(),
      environment_variables: variables.optional(),
      arguments: z.array(z.string()).optional(),
      command: command.optional(),
      ref: z.string().optional(),
    })
    .nullable(),
  idempotency_key: z.string().nullable(),
  created_at: time,
  due_at: timeOrNull.describe("The schedule's instant."),
  not_before: time.describe('A retry waits until then.'),
  started_at: timeOrNull,
  ended_at: timeOrNull,
});

const outcome = z.object({
  class: z.enum(['exited', 'signalled', 'oom', 'timed-out', 'infrastructure', 'start-failed', 'lost']),
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  reason: z.string().nullable(),
  sentence: z.string().nullable(),
  phase: z.string().nullable(),
});

export const runDetails = run.extend({
  job_name: z.string(),
  hint: z.string().nullable().describe('What would make the starts of its job faster, as measured by this run.'),
  exit_code: z.int().nullable().describe('Of the last attempt, where its command ended by itself.'),
  attempts: z.array(
    z.object({
      attempt: z.int(),
      state: z.string(),
      outcome: outcome.nullable(),
      phases: z.array(z.object({ name: z.string(), at: time, duration_ms: milliseconds.nullable() })),
      gpus: z
        .array(
          z.object({
            uuid: z.string(),
            share: z.number().nullable().describe('Null: all of the device.'),
            memory_bytes: z.int().nullable().describe('Of a share: what it may use.'),
          }),
        )
        .describe('The devices that it holds, or held.'),
      created_at: time,
      started_at: timeOrNull,
      ended_at: timeOrNull,
    }),
  ),
});

export const runList = z.object({ runs: z.array(run), ...keys });

const runReference = z.object({
  id,
  state: runState,
  attempt: z.int(),
  trigger: run.shape.trigger,
  reason: run.shape.reason,
});

export const startedJob = job.extend({ run: runReference });
export const startedRun = z.object({ id: id.describe('Of the job.'), run: runReference });

export const occurrence = z.object({
  from: time,
  to: time.describe('The last instant of the row; the same for a single one.'),
  count: z.int().describe('Instants in it.'),
  reason: z.string().nullable().describe('Why there was no run; null: there was one.'),
  run_id: id.nullable(),
  recorded_at: time,
});
export const occurrenceList = z.object({ occurrences: z.array(occurrence), ...keys });

export const logLine = z.object({
  cursor: z.string(),
  at: z.string().meta({ example: '2026-02-01T09:30:00.125+00:00' }),
  stream: z.enum(['stdout', 'stderr', 'output', 'phase']),
  text: z.string(),
});

export const apiStatus = z.object({ status: z.string(), version: z.string() });
export const healthStatus = z.object({ status: z.enum(['ok', 'degraded', 'unavailable', 'closed']) });

export const problem = z.object({
  type: z.string(),
  status: z.int(),
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  message: z.string().describe('The same as `detail`.'),
  field: z.string().optional(),
  expected: z.string().optional(),
  received: z.string().optional(),
  id: z.string().optional().describe('Of the record in the way.'),
  position: z.int().optional().describe('Of the character that is wrong, from 0.'),
});
