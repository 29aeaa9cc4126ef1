import { z } from 'zod';
import { workspacePath } from './workspace-path.ts';

const text = (max: number) =>
  z.string().min(1).max(max).refine(noControl, 'expected a text without control characters');
const noControl = (value: string): boolean => !/\p{Cc}/u.test(value);
const noNul = z.string().refine((value) => !value.includes('\0'), 'expected a text without NUL characters');
const milliseconds = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const exactNames = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'expected the name of an environment variable: letters, digits and _, not beginning with a digit',
  )
  .refine(
    (name) => !name.startsWith('RUNYARD_') || name === 'RUNYARD_TOKEN' || name === 'RUNYARD_URL',
    'expected a name that does not begin with RUNYARD_, which are ours, but for RUNYARD_TOKEN and RUNYARD_URL',
  );

const relativePath = z.string().transform((value, context) => {
  const path = workspacePath(value);
  if (path !== null) return path;
  context.addIssue({
    code: 'custom',
    message: 'expected a relative path that stays inside the workspace',
    input: value,
  });
  return z.NEVER;
});

const command = z.union([
  noNul.max(65_536).refine((value) => value.trim() !== '', 'expected a command that is not empty'),
  z
    .array(noNul.max(65_536))
    .min(1)
    .max(1000)
    .refine((list) => list[0]?.trim() !== '', 'expected a command that is not empty'),
]);

const source = z.strictObject({
  url: z.string().min(1).max(2048),
  ref: z.string().min(1).max(255).nullish(),
  refType: z.enum(['branch', 'tag', 'commit']).nullish(),
  path: relativePath.nullish(),
  credential: text(200).nullish(),
  submodules: z.boolean().nullish(),
  lfs: z.boolean().nullish(),
});

const packages = z.array(text(300)).max(500).nullish();

const packageFields = {
  apt: packages,
  conda: packages,
  pip: packages,
  cran: packages,
  requirementsTxt: noNul.max(65_536).nullish(),
  environmentYml: noNul.max(65_536).nullish(),
};

const extraPackages = z.strictObject(packageFields);

/** What an image is built from, as callers give it. */
export const imageBuildSchema = z.strictObject({
  base: text(512),
  ...packageFields,
  postBuild: noNul.max(262_144).nullish(),
});

export type ImageBuildInput = z.input<typeof imageBuildSchema>;

/** The name by which a job attaches a secret. */
export const secretNameSchema = text(200);

// Shells are told of a variable by its name, so a name is nothing but one.
const secret = z
  .strictObject({
    name: secretNameSchema,
    type: z.enum(['environment_variable', 'file']),
    location: text(1024),
  })
  .superRefine(({ type, location }, context) => {
    const checked = type === 'file' ? null : exactNames.safeParse(location);
    for (const { message } of checked?.error?.issues ?? [])
      context.addIssue({ code: 'custom', path: ['location'], message, input: location });
  });

// In the first form of its name: a file has several.
const placeOf = ({ type, location }: z.output<typeof secret>): string =>
  `${type} ${type === 'file' ? (workspacePath(location) ?? location) : location}`;

// Of two in one place a job would get either.
const secrets = z
  .array(secret)
  .max(200)
  .superRefine((given, context) => {
    const places = given.map(placeOf);
    const i = places.findIndex((place, at) => places.indexOf(place) < at);
    const twin = given[i];
    if (!twin) return;
    const message = `expected a ${twin.type === 'file' ? 'path' : 'variable'} that no other secret of the job has`;
    context.addIssue({ code: 'custom', path: [i, 'location'], message, input: twin.location });
  });

export const scheduleSchema = z.strictObject({
  cron: z.string().min(1).max(256),
  timezone: z.string().min(1).max(64).nullish(),
  dst: z.enum(['once', 'robfig']).nullish(),
  missed: z
    .strictObject({
      rule: z.enum(['skip', 'latest', 'all']).nullish(),
      windowMs: milliseconds.nullish(),
      cap: z.number().int().min(1).max(100_000).nullish(),
    })
    .nullish(),
  enabled: z.boolean().nullish(),
  startsAt: milliseconds.nullish(),
  endsAt: milliseconds.nullish(),
  jitterMs: milliseconds.max(86_400_000).nullish(),
});

/** Whose a thing is. */
export const ownerSchema = z.string().regex(/^(user|group):[^\s:]{1,200}$/, 'expected user:<id> or group:<id>');

/** Anything that JSON can say. */
export const jsonValue = z.json();

/** A job as callers give it, with the library's names. */
export const jobSchema = z.strictObject({
  name: text(200).refine((name) => name.trim() === name, 'expected a name without spaces at its ends'),
  description: z.string().max(2048).nullish(),
  tags: z.record(text(128), z.string().max(512)).nullish(),
  owner: ownerSchema.optional(),
  executor: z
    .string()
    .min(1)
    .nullish()
    .transform((value) => value ?? undefined),
  command,
  image: z.union([text(512), z.strictObject({ build: imageBuildSchema })]).nullish(),
  hardware: z
    .enum(['cpu', 'gpu'])
    .nullish()
    .transform((value) => value ?? undefined),
  size: z
    .string()
    .min(1)
    .nullish()
    .transform((value) => value ?? undefined),
  priority: z.number().int().min(-1_000_000).max(1_000_000).nullish(),
  sources: z.array(source).max(50).nullish(),
  extraPackages: extraPackages.nullish(),
  env: z.record(exactNames, noNul.max(131_072)).nullish(),
  secrets: secrets.nullish(),
  startScript: noNul.max(262_144).nullish(),
  workingDir: relativePath.nullish(),
  concurrencyPolicy: z.enum(['Allow', 'Forbid', 'Replace']).nullish(),
  schedule: scheduleSchema.nullish(),
  backoff: z
    .strictObject({
      limit: z.number().int().min(0).max(1000).nullish(),
      initialMs: milliseconds.nullish(),
      factor: z.number().min(1).max(100).nullish(),
      maxMs: milliseconds.nullish(),
      jitter: z.number().min(0).max(1).nullish(),
      notOnExitCodes: z.array(z.number().int().min(1).max(255)).max(255).nullish(),
      infrastructureLimit: z.number().int().min(0).max(1000).nullish(),
    })
    .nullish(),
  limits: z
    .strictObject({
      startMs: milliseconds.min(1).nullish(),
      runMs: milliseconds.min(1).nullish(),
      graceMs: milliseconds.nullish(),
    })
    .nullish(),
  retention: z
    .strictObject({ maxAgeMs: milliseconds.min(1).nullish(), maxRuns: z.number().int().min(1).nullish() })
    .nullish(),
  onPlaceLost: z
    .strictObject({ rule: z.enum(['wait', 'assume-gone']).nullish(), afterMs: milliseconds.nullish() })
    .nullish(),
  scale: z.number().int().min(1).max(10_000).nullish(),
  executorOptions: z
    .record(z.string().max(64), jsonValue)
    .refine((options) => JSON.stringify(options).length <= 65_536, 'expected at most 64 KiB')
    .nullish(),
});

/** A schedule as callers give it; every default may be left out. */
export type ScheduleInput = z.input<typeof scheduleSchema>;

/** What `jobs.create` and `jobs.apply` take; every default may be left out. */
export type JobInput = z.input<typeof jobSchema>;

/** What `jobs.update` takes: null takes a field back to its default. Of a schedule that is there already, what is to be different suffices. */
export type JobPatch = { [K in Exclude<keyof JobInput, 'schedule'>]?: JobInput[K] | null } & {
  schedule?: Partial<ScheduleInput> | null;
};

export const overridesSchema = z.strictObject({
  concurrencyPolicy: z.enum(['Allow', 'Forbid', 'Replace']).optional(),
  env: z.record(exactNames, noNul.max(131_072)).optional(),
  arguments: z.array(noNul.max(65_536)).max(1000).optional(),
  command: command.optional(),
  ref: z.string().min(1).max(255).optional(),
});
