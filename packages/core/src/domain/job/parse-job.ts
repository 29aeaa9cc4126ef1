import { z } from 'zod';
import { RunyardError } from '../errors.ts';
import { defaults } from './defaults.ts';
import type { JobSpec, ScheduleSpec } from './job.ts';
import { type JobInput, jobSchema, scheduleSchema } from './job-schema.ts';
import { nearest } from './nearest.ts';
import { allPackages, imageBuild } from './parse-image-build.ts';
import type { SizeCatalogue } from './parse-size.ts';
import { parseWith } from './parse-with.ts';

export interface JobContext {
  sizes: SizeCatalogue;
  executors: readonly string[];
  defaultExecutor: string;
  defaultOwner: string;
  /** The host's own defaults, for what a job does not say. */
  defaults?: Partial<JobInput>;
}

/**
 * Reads a job as a caller gives it and fills in every default. Throws a `RunyardError` that names the field, what was
 * expected and what came. What only an executor, the cron dialect or a source can judge is judged by the caller.
 */
export const parseJob = (input: unknown, context: JobContext): JobSpec => {
  return complete(isObject(input) ? unsaid(input, context.defaults) : input, context);
};

const complete = (input: unknown, context: JobContext): JobSpec => {
  const given = parseWith(jobSchema, withDefaults(input, context.defaults), { code: 'invalid-job' });
  const size = given.size ?? defaultSize(context.sizes);
  const executor = given.executor ?? context.defaultExecutor;
  checkExecutor(executor, context.executors);
  checkHardware(given.hardware, size, context.sizes);
  return {
    name: given.name,
    description: given.description ?? '',
    tags: given.tags ?? {},
    owner: given.owner ?? context.defaultOwner,
    executor,
    command: given.command,
    image: image(given.image),
    hardware: given.hardware ?? (context.sizes[size]?.gpu ? 'gpu' : 'cpu'),
    size,
    priority: given.priority ?? defaults.priority,
    sources: (given.sources ?? []).map(({ url, ref, refType, path, credential, submodules, lfs }) => ({
      url,
      ref: ref ?? null,
      refType: refType ?? null,
      path: path ?? null,
      credential: credential ?? null,
      submodules: submodules ?? false,
      lfs: lfs ?? false,
    })),
    extraPackages: extraPackages(given.extraPackages),
    env: given.env ?? {},
    secrets: given.secrets ?? [],
    startScript: given.startScript?.trim() ? given.startScript : null,
    workingDir: given.workingDir ?? null,
    concurrencyPolicy: given.concurrencyPolicy ?? defaults.concurrencyPolicy,
    schedule: given.schedule ? schedule(given.schedule) : null,
    backoff: { ...defaults.backoff, notOnExitCodes: [], ...present(given.backoff) },
    limits: { ...defaults.limits, ...present(given.limits) },
    retention: { ...defaults.retention, ...present(given.retention) },
    onPlaceLost: onPlaceLost(given.onPlaceLost),
    scale: given.scale ?? 1,
    executorOptions: given.executorOptions ?? {},
  };
};

/** Reads a schedule alone, likewise. */
export const parseSchedule = (input: unknown): ScheduleSpec =>
  schedule(parseWith(scheduleSchema, input, { code: 'invalid-job' }));

/**
 * The job after an edit. Settings objects (`schedule`, `backoff`, `limits`, `retention`, `onPlaceLost`) are merged,
 * lists and maps are replaced, null takes a field back to its default.
 */
export const patchJob = (spec: JobSpec, patch: unknown, context: JobContext): JobSpec => {
  const changes = parseWith(patchSchema, patch, { code: 'invalid-job' }) as Record<string, unknown>;
  const merged: Record<string, unknown> = { ...spec };
  for (const [field, value] of Object.entries(unsaid(changes, context.defaults))) {
    if (changes[field] === undefined) continue;
    const before = merged[field];
    merged[field] = mergedFields.has(field) && isObject(before) && isObject(value) ? { ...before, ...value } : value;
  }
  // A size given without the hardware, or the other way round, moves both.
  if (changes.size !== undefined && changes.hardware === undefined) merged.hardware = undefined;
  // What the job says already stays, also where that is null.
  return complete(merged, context);
};

// Null asks for the default, which is the host's where it has one; only of a schedule it says that there is none.
const unsaid = (given: object, hostDefaults: object = {}): Record<string, unknown> => {
  const filled = new Map<string, unknown>(Object.entries(hostDefaults));
  return Object.fromEntries(
    Object.entries(given).map(([field, value]) => {
      const byHost = filled.get(field);
      if (byHost == null) return [field, value];
      if (value === null) return [field, field === 'schedule' ? null : undefined];
      const isMerged = mergedFields.has(field) && isObject(value) && isObject(byHost);
      return [field, isMerged ? unsaid(value, byHost) : value];
    }),
  );
};

// Settings objects are filled in field by field, everything else as a whole.
const withDefaults = (input: unknown, hostDefaults: Partial<JobInput> = {}): unknown => {
  if (!isObject(input)) return input;
  const given = input as Record<string, unknown>;
  const filled = Object.entries(hostDefaults).map(([field, value]) => {
    const own = given[field];
    if (own === undefined) return [field, value];
    return [field, mergedFields.has(field) && isObject(own) && isObject(value) ? { ...value, ...said(own) } : own];
  });
  return { ...given, ...Object.fromEntries(filled) };
};

const said = (given: object): object =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

const patchSchema = z.record(z.string(), z.unknown());
const mergedFields = new Set(['schedule', 'backoff', 'limits', 'retention', 'onPlaceLost']);
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of jobs that name none. */
export const defaultSize = (sizes: SizeCatalogue): string =>
  sizes[defaults.size] ? defaults.size : (Object.keys(sizes)[0] ?? defaults.size);

const checkExecutor = (executor: string, known: readonly string[]): void => {
  if (known.includes(executor)) return;
  const meant = nearest(executor, known);
  throw new RunyardError(
    'unknown-executor',
    `\`executor\` is '${executor}', which is not configured here. ${meant ? `Did you mean '${meant}'?` : `There are: ${known.join(', ')}.`}`,
    { field: 'executor', expected: known.join(', '), received: executor },
  );
};

const checkHardware = (hardware: 'cpu' | 'gpu' | undefined, name: string, sizes: SizeCatalogue): void => {
  const size = Object.hasOwn(sizes, name) ? sizes[name] : undefined;
  const known = Object.keys(sizes);
  if (!size) {
    const meant = nearest(name, known);
    throw new RunyardError(
      'unknown-size',
      `\`size\` is '${name}', which is not in the catalogue. ${meant ? `Did you mean '${meant}'?` : `There are: ${known.join(', ')}.`}`,
      { field: 'size', expected: known.join(', '), received: name },
    );
  }
  const kind = size.gpu ? 'gpu' : 'cpu';
  if (hardware === undefined || hardware === kind) return;
  throw new RunyardError(
    'size-mismatch',
    `\`hardware\` is '${hardware}', but the size '${name}' is ${kind === 'gpu' ? 'with a GPU' : 'without a GPU'}: give a size that fits, or leave hardware out.`,
    { field: 'hardware', expected: kind, received: hardware },
  );
};

const image = (given: z.output<typeof jobSchema>['image']): JobSpec['image'] =>
  given == null || typeof given === 'string' ? (given ?? null) : { build: imageBuild(given.build) };

const extraPackages = (given: JobInput['extraPackages']): JobSpec['extraPackages'] => {
  if (!given) return null;
  const packages = allPackages(given);
  const empty = Object.values(packages).every((value) => value === null || value.length === 0);
  return empty ? null : packages;
};

const schedule = (given: z.output<typeof scheduleSchema>): ScheduleSpec => {
  const bounded = given.startsAt != null && given.endsAt != null && given.startsAt >= given.endsAt;
  if (bounded)
    throw new RunyardError('invalid-job', '`schedule.endsAt` must be after `schedule.startsAt`.', {
      field: 'schedule.endsAt',
      expected: `more than ${given.startsAt}`,
      received: String(given.endsAt),
    });
  return {
    cron: given.cron,
    timezone: given.timezone ?? null,
    dst: given.dst ?? defaults.dst,
    missed: { ...defaults.missed, ...present(given.missed) },
    enabled: given.enabled ?? true,
    startsAt: given.startsAt ?? null,
    endsAt: given.endsAt ?? null,
    jitterMs: given.jitterMs ?? 0,
  };
};

const onPlaceLost = (given: JobInput['onPlaceLost']): JobSpec['onPlaceLost'] => {
  const rule = { ...defaults.onPlaceLost, ...present(given) };
  if (rule.rule === 'assume-gone' && rule.afterMs === null)
    throw new RunyardError('invalid-job', "`onPlaceLost.afterMs` is needed with the rule 'assume-gone'.", {
      field: 'onPlaceLost.afterMs',
      expected: 'a number of milliseconds',
      received: 'nothing',
    });
  return rule;
};

// Without the fields that were given as undefined or null, which would hide a default.
const present = <T extends object>(given: T | null | undefined): Partial<{ [K in keyof T]: NonNullable<T[K]> }> =>
  Object.fromEntries(
    Object.entries(given ?? {}).filter(([, value]) => value !== undefined && value !== null),
  ) as Partial<{
    [K in keyof T]: NonNullable<T[K]>;
  }>;
