import { z } from 'zod';
import { jobSchema } from '../../domain/job/job-schema.ts';

/*
 * Bodies that create and edit a job, in the wire's names. Limits of single fields come from the library's own schema, so
 * that they are said once.
 */
const library = jobSchema.shape;
const source = library.sources.unwrap().unwrap().element.shape;
const schedule = library.schedule.unwrap().unwrap().shape;
const missed = schedule.missed.unwrap().unwrap().shape;
const backoff = library.backoff.unwrap().unwrap().shape;
const limits = library.limits.unwrap().unwrap().shape;
const retention = library.retention.unwrap().unwrap().shape;
const placeLost = library.onPlaceLost.unwrap().unwrap().shape;
const image = library.image.unwrap().unwrap();
const built = image.options[1].shape.build.shape;
const secret = library.secrets.unwrap().unwrap().element.shape;

export const time = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-02-01T09:30:00+00:00' });
const path = z.string().max(4096);
const installed = z.string().max(65_536).nullish();

const repository = z.strictObject({
  url: source.url.optional(),
  ref: z.string().max(255).nullish().describe('Branch, tag or commit; the default branch when left out or empty.'),
  ref_type: source.refType,
  path: path.nullish().describe('Folder in the workspace.'),
  credential: source.credential.describe('Name of a git credential that the host knows.'),
  submodules: source.submodules,
  lfs: source.lfs,
  external_repo_id: z.string().nullish().describe('Not supported yet: give `url`.'),
  on_restart: z.enum(['preserve changes', 'reclone']).nullish().describe('Every attempt begins with a clean checkout.'),
});

export const extraPackages = z.strictObject({
  pip: installed,
  as_requirements_txt: z.boolean().nullish().describe('`pip` is a requirements.txt.'),
  conda: installed,
  as_environment_yml: z.boolean().nullish().describe('`conda` is an environment.yml.'),
  apt: installed,
  cran: installed,
  remotes: installed,
  bioconductor: installed,
  use_mamba: z.boolean().nullish(),
  requirements_txt: installed.describe('Beside a list in `pip`.'),
  environment_yml: installed.describe('Beside a list in `conda`.'),
});

export const imageBuild = z.strictObject({
  base: built.base.describe('Name of the image to begin with.'),
  apt: built.apt,
  conda: built.conda,
  pip: built.pip,
  cran: built.cran,
  requirements_txt: built.requirementsTxt,
  environment_yml: built.environmentYml,
  post_build: built.postBuild.describe('Bash, run as root after everything else.'),
});

const scheduleFields = {
  timezone: schedule.timezone.describe('IANA name; UTC when left out.'),
  dst: schedule.dst,
  missed: z.strictObject({ rule: missed.rule, window_ms: missed.windowMs, cap: missed.cap }).nullish(),
  enabled: schedule.enabled,
  starts_at: time.nullish(),
  ends_at: time.nullish(),
  jitter_ms: schedule.jitterMs,
};

const ownerText = z.string().max(256);
export const owner = z
  .union([
    ownerText.min(1),
    z.strictObject({ user_id: ownerText.nullish(), group_id: ownerText.nullish(), org_id: z.null().optional() }),
    z.looseObject({ id: ownerText.min(1) }),
    z.strictObject({ name: ownerText.min(1) }),
  ])
  .describe(
    '`user:<id>`, `group:<id>`, `user:<name>`, `group:<name>`, or a name alone; or `{ name }`, `{ id }`, `{ user_id }`, `{ group_id }`. Ids win over names.',
  );

const optionalFields = {
  command_list: library.command.options[1]
    .nullish()
    .describe('The command as a list, as it is answered: `command` may be left out then, or be as it is answered.'),
  description: library.description,
  tags: library.tags,
  executor: z.string().min(1).nullish().describe('Name of an executor that the host configured.'),
  image_uri: image.options[0].nullish().describe('Name of the image.'),
  image_build: imageBuild.nullish().describe('Instead of a name: what to build the image from, at the first start.'),
  hardware: z.enum(['cpu', 'gpu']).nullish(),
  instance_size: z.string().min(1).nullish().describe("Name of a size in the host's catalogue."),
  priority: library.priority.describe('Higher is admitted first.'),
  external_repo_attachments: z.array(repository).max(50).nullish(),
  extra_packages: extraPackages.nullish(),
  environment_variables: library.env,
  secrets: z
    .array(z.strictObject({ name: secret.name, attachment_type: secret.type, location: secret.location }))
    .max(200)
    .nullish(),
  start_script: library.startScript.describe('Bash, run before the command; what it exports, the command sees.'),
  working_dir: path.nullish().describe('Below the workspace, relative or as `/home/jovyan/workspace/…`.'),
  concurrency_policy: library.concurrencyPolicy.describe('Holds for every trigger.'),
  retries: backoff.limit.describe('Retries after the first attempt; the same as `backoff.limit`.'),
  backoff: z
    .strictObject({
      limit: backoff.limit,
      initial_ms: backoff.initialMs,
      factor: backoff.factor,
      max_ms: backoff.maxMs,
      jitter: backoff.jitter,
      not_on_exit_codes: backoff.notOnExitCodes,
      infrastructure_limit: backoff.infrastructureLimit,
    })
    .nullish(),
  limits: z.strictObject({ start_ms: limits.startMs, run_ms: limits.runMs, grace_ms: limits.graceMs }).nullish(),
  retention: z.strictObject({ max_age_ms: retention.maxAgeMs, max_runs: retention.maxRuns }).nullish(),
  on_place_lost: z.strictObject({ rule: placeLost.rule, after_ms: placeLost.afterMs }).nullish(),
  scale: library.scale,
  executor_options: library.executorOptions.describe(
    'What only its executor understands, such as the mounts of Docker.',
  ),
  image_tag_id: z.string().nullish().describe('Not supported yet: give `image_uri`.'),
  image_enforce_trusted: z.boolean().nullish().describe('Only `true`.'),
  is_spot: z.boolean().nullish().describe('Only `false`.'),
  start_dind: z.boolean().nullish().describe('Only `false`.'),
  config_files: z.record(z.string(), z.unknown()).nullish().describe('Only `null`.'),
};

export const cronOptions = { schedule: schedule.cron, concurrency_policy: library.concurrencyPolicy };

export const jobCreate = z.strictObject({
  name: library.name,
  command: library.command
    .optional()
    .describe('Needed, unless `command_list` is given. A text is run by `sh -c`; a list is executed as it is.'),
  owner: owner.optional(),
  ...optionalFields,
  cron_schedule_options: z.strictObject(cronOptions).nullish(),
  schedule: z.strictObject({ cron: schedule.cron, ...scheduleFields }).nullish(),
});

/** What is left out stays; null takes a field back to its default. */
export const jobUpdate = z.strictObject({
  owner: owner.optional().describe('Only the owner that it has. That of a clone stands beside its changes.'),
  name: library.name.optional(),
  command: library.command.optional(),
  ...optionalFields,
  cron_schedule_options: z.strictObject({ ...cronOptions, schedule: schedule.cron.optional() }).nullish(),
  schedule: z.strictObject({ cron: schedule.cron.optional(), ...scheduleFields }).nullish(),
});

/** Several, to be brought to what is said here. */
export const jobsApply = z.strictObject({ jobs: z.array(jobCreate).min(1).max(1000) });
