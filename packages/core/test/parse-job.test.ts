import { describe, expect, it } from 'vitest';
import { isRunyardError, type RunyardError } from '../src/domain/errors.ts';
import { defaults } from '../src/domain/job/defaults.ts';
import { type JobContext, parseJob, patchJob } from '../src/domain/job/parse-job.ts';
import { parseSizes } from '../src/domain/job/parse-size.ts';

const context: JobContext = {
  sizes: parseSizes({ small: { cpu: 1, memory: '1Gi' }, 'gpu-1': { cpu: 4, memory: '16Gi', gpu: { count: 1 } } }),
  executors: ['process', 'docker'],
  defaultExecutor: 'process',
  defaultOwner: 'user:ann',
};
const minimal = { name: 'nightly', command: 'make report' };
const withSecret = (location: string) => ({
  ...minimal,
  secrets: [{ name: 's', type: 'environment_variable', location }],
});

const refusal = (input: unknown): RunyardError => {
  try {
    parseJob(input, context);
  } catch (error) {
    if (isRunyardError(error)) return error;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(input)}`);
};

describe('a job as callers give it', () => {
  it('gets every default that API.md lists', () => {
    expect(parseJob(minimal, context)).toMatchObject({
      owner: 'user:ann',
      executor: 'process',
      hardware: 'cpu',
      size: 'small',
      priority: 0,
      concurrencyPolicy: 'Allow',
      backoff: { limit: 0, initialMs: 10_000, factor: 2, maxMs: 360_000, infrastructureLimit: 5, notOnExitCodes: [] },
      limits: { startMs: null, runMs: null, graceMs: 30_000 },
      retention: { maxAgeMs: 90 * 86_400_000, maxRuns: 1000 },
      onPlaceLost: { rule: 'wait' },
      scale: 1,
      schedule: null,
    });
  });

  it('gets the schedule defaults: UTC, once, latest within an hour, at most 1000', () => {
    const { schedule } = parseJob({ ...minimal, schedule: { cron: '0 2 * * *' } }, context);
    expect(schedule).toMatchObject({
      timezone: null,
      dst: 'once',
      enabled: true,
      missed: { rule: 'latest', windowMs: 3_600_000, cap: 1000 },
    });
    expect(defaults.timezone).toBe('UTC');
  });

  it.each([
    ['an unknown field, with the nearest known one', { ...minimal, comand: 'x' }, 'unknown-field', 'comand', 'command'],
    [
      'an unknown nested field',
      { ...minimal, schedule: { cron: '@daily', timezon: 'UTC' } },
      'unknown-field',
      'schedule.timezon',
      'timezone',
    ],
    [
      'an unknown field in a list',
      { ...minimal, sources: [{ url: 'https://h/r.git', brunch: 'x' }] },
      'unknown-field',
      'sources.0.brunch',
      /ref/,
    ],
    ['an empty command', { ...minimal, command: '  ' }, 'invalid-job', 'command', /not empty/],
    ['an empty list as command', { ...minimal, command: [] }, 'invalid-job', 'command', /not empty/],
    ['no command', { name: 'x' }, 'invalid-job', 'command', /text|list/],
    ['a name that is no text', { ...minimal, name: 7 }, 'invalid-job', 'name', 'a text'],
    ['a name with spaces around', { ...minimal, name: ' x' }, 'invalid-job', 'name', /spaces/],
    ['an unknown size, with what there is', { ...minimal, size: 'smal' }, 'unknown-size', 'size', /small/],
    [
      'hardware that disagrees with the size',
      { ...minimal, hardware: 'cpu', size: 'gpu-1' },
      'size-mismatch',
      'hardware',
      'gpu',
    ],
    [
      'an executor that is not configured',
      { ...minimal, executor: 'dokcer' },
      'unknown-executor',
      'executor',
      /docker/,
    ],
    [
      'a working directory that leaves the workspace',
      { ...minimal, workingDir: 'a/../../b' },
      'invalid-job',
      'workingDir',
      /inside the workspace/,
    ],
    ['an absolute working directory', { ...minimal, workingDir: '/etc' }, 'invalid-job', 'workingDir', /relative/],
    ['a variable of ours', { ...minimal, env: { RUNYARD_RUN_ID: 'x' } }, 'invalid-job', /env/, /RUNYARD_/],
    [
      'a secret in no variable',
      withSecret('A=1; echo INJECTED; B'),
      'invalid-job',
      /^secrets\.0\.location$/,
      /letters, digits and _/,
    ],
    [
      'a secret in a variable of ours',
      withSecret('RUNYARD_RUN_ID'),
      'invalid-job',
      /^secrets\.0\.location$/,
      /RUNYARD_/,
    ],
    [
      'two secrets in one variable',
      { ...minimal, secrets: [...withSecret('A').secrets, ...withSecret('B').secrets, ...withSecret('A').secrets] },
      'invalid-job',
      /^secrets\.2\.location$/,
      'a variable that no other secret of the job has',
    ],
    [
      'two secrets in one file, however it is written',
      { ...minimal, secrets: ['a/../f', './/f'].map((location) => ({ name: 's', type: 'file', location })) },
      'invalid-job',
      /^secrets\.1\.location$/,
      'a path that no other secret of the job has',
    ],
    ['a variable that is no name', { ...minimal, env: { '1X': 'x' } }, 'invalid-job', /env/, /environment variable/],
    [
      'assume-gone without a time',
      { ...minimal, onPlaceLost: { rule: 'assume-gone' } },
      'invalid-job',
      'onPlaceLost.afterMs',
      /milliseconds/,
    ],
    [
      'an end before the beginning',
      { ...minimal, schedule: { cron: '@daily', startsAt: 2, endsAt: 1 } },
      'invalid-job',
      'schedule.endsAt',
      /more than/,
    ],
  ] as const)('is refused for %s', (_, input, code, field, expected) => {
    const error = refusal(input);
    expect(error.code).toBe(code);
    expect(error.field).toMatch(field);
    expect(error.expected).toMatch(expected);
    expect(error.message).toMatch(/[.?]$/);
  });
});

describe('an edit', () => {
  const spec = parseJob(
    { ...minimal, env: { A: '1' }, schedule: { cron: '@daily', timezone: 'Europe/Paris' }, backoff: { limit: 3 } },
    context,
  );

  it('merges settings objects and replaces maps', () => {
    const edited = patchJob(
      spec,
      { schedule: { cron: '@hourly' }, backoff: { initialMs: 5 }, env: { B: '2' } },
      context,
    );
    expect(edited.schedule).toMatchObject({ cron: '@hourly', timezone: 'Europe/Paris' });
    expect(edited.backoff).toMatchObject({ limit: 3, initialMs: 5 });
    expect(edited.env).toEqual({ B: '2' });
  });

  it('takes a field back to its default with null', () => {
    const edited = patchJob(spec, { schedule: null, backoff: null, env: null }, context);
    expect(edited).toMatchObject({ schedule: null, backoff: { limit: 0 }, env: {} });
  });

  it('moves the hardware with the size', () => {
    expect(patchJob(spec, { size: 'gpu-1' }, context)).toMatchObject({ size: 'gpu-1', hardware: 'gpu' });
  });

  it('changes nothing when nothing is given', () => {
    expect(patchJob(spec, {}, context)).toEqual(spec);
  });

  it('names an unknown field', () => {
    expect(() => patchJob(spec, { schedul: {} }, context)).toThrow(/Did you mean `schedule`/);
  });
});

describe('sizes', () => {
  it('reads Kubernetes quantities', () => {
    expect(parseSizes({ x: { cpu: 0.5, memory: '1.5Gi' } }).x).toEqual({
      name: 'x',
      cpu: 0.5,
      memoryBytes: 1.5 * 2 ** 30,
      gpu: null,
    });
  });
  it('refuses others with the field', () => {
    expect(() => parseSizes({ x: { cpu: 1, memory: '4 gigs' } })).toThrow(/sizes\.x\.memory/);
  });
});
