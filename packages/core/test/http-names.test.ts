import { describe, expect, it } from 'vitest';
import { RunyardError } from '../src/domain/errors.ts';
import { defaults } from '../src/domain/job/defaults.ts';
import { parseJob } from '../src/domain/job/parse-job.ts';
import { jobNames } from '../src/http/names/job-names.ts';
import { toLibrary, toWire } from '../src/http/names/translate.ts';
import { inWireNames, wirePath } from '../src/http/names/wire-error.ts';

const context = {
  sizes: defaults.sizes,
  executors: ['process'],
  defaultExecutor: 'process',
  defaultOwner: 'user:alice',
};

const everything = {
  name: 'etl',
  description: 'all of it',
  tags: { team: 'data' },
  owner: 'group:etl',
  executor: 'process',
  command: ['python', 'etl.py'],
  image_uri: 'python:3.13',
  hardware: 'cpu',
  instance_size: 'medium',
  priority: 3,
  external_repo_attachments: [
    {
      url: 'https://example.org/etl.git',
      ref: 'v1',
      ref_type: 'tag',
      path: 'etl',
      credential: 'deploy',
      submodules: true,
      lfs: true,
    },
  ],
  extra_packages: { pip: 'pandas dask', apt: 'jq', requirements_txt: 'numpy==2\n' },
  environment_variables: { DAY: 'today' },
  secrets: [{ name: 'db', attachment_type: 'environment_variable', location: 'DB' }],
  start_script: 'export A=1',
  working_dir: 'jobs/etl',
  concurrency_policy: 'Forbid',
  schedule: {
    cron: '0 6 * * *',
    timezone: 'Europe/Berlin',
    dst: 'robfig',
    missed: { rule: 'all', window_ms: 60_000, cap: 5 },
    enabled: false,
    starts_at: '2026-02-01T00:00:00+00:00',
    ends_at: '2026-03-01T00:00:00+00:00',
    jitter_ms: 500,
  },
  backoff: {
    limit: 2,
    initial_ms: 1,
    factor: 3,
    max_ms: 9,
    jitter: 0.5,
    not_on_exit_codes: [3],
    infrastructure_limit: 4,
  },
  limits: { start_ms: 1000, run_ms: 2000, grace_ms: 3000 },
  retention: { max_age_ms: 1000, max_runs: 7 },
  on_place_lost: { rule: 'assume-gone', after_ms: 1000 },
  scale: 2,
};

describe('the table of names', () => {
  it('has every field of a job, in both directions', () => {
    const spec = parseJob(toLibrary(everything, jobNames), context);
    const wire = toWire(spec, jobNames);
    expect(wire).toMatchObject({
      ...everything,
      owner: { id: 'group:etl', group_id: 'etl', user_id: null, identity_type: 'group' },
      working_dir: '/home/jovyan/workspace/jobs/etl',
      retries: 2,
      cron_schedule_options: { schedule: '0 6 * * *', concurrency_policy: 'Forbid' },
    });
    expect(parseJob(toLibrary(wire, jobNames), context)).toEqual(spec);
  });

  it('leaves no field of the library without a name on the wire', () => {
    const spec = parseJob({ name: 'x', command: 'x', schedule: { cron: '@daily' } }, context);
    const named = jobNames.flatMap(({ library }) => [library, library.split('.')[0]]);
    for (const field of Object.keys(spec)) expect(named).toContain(field);
    for (const group of ['schedule', 'backoff', 'limits', 'retention', 'onPlaceLost'] as const)
      for (const field of Object.keys(spec[group] ?? {}))
        expect(named.some((name) => name?.startsWith(`${group}.${field}`))).toBe(true);
  });

  it.each([
    ['/home/jovyan/workspace', null],
    ['/home/jovyan/workspace/', null],
    ['/home/jovyan/workspace/a/b', 'a/b'],
    ['a/b', 'a/b'],
    ['/etc', '/etc'],
  ])('reads the published working_dir %s as %s', (wire, library) => {
    expect(toLibrary({ working_dir: wire }, jobNames)).toEqual({ workingDir: library });
  });

  it.each([
    ['user:u1', 'user:u1'],
    [{ user_id: 'u1', group_id: null }, 'user:u1'],
    [{ user_id: 'user:u1' }, 'user:u1'],
    [{ group_id: 'g1' }, 'group:g1'],
    [{ id: 'group:etl', name: 'etl' }, 'group:etl'],
  ])('reads the owner %j as %s', (wire, library) => {
    expect(toLibrary({ owner: wire }, jobNames)).toEqual({ owner: library });
  });

  it('keeps a requirements.txt and an environment.yml in the published form', () => {
    const packages = { pip: 'a==1\nb==2\n', as_requirements_txt: true, conda: 'name: x\n', as_environment_yml: true };
    const spec = parseJob({ name: 'x', command: 'x', ...toLibrary({ extra_packages: packages }, jobNames) }, context);
    expect(spec.extraPackages).toMatchObject({ pip: [], requirementsTxt: 'a==1\nb==2\n', environmentYml: 'name: x\n' });
    expect(toWire(spec, jobNames).extra_packages).toMatchObject(packages);
  });

  it('takes null for a whole settings object', () => {
    expect(toLibrary({ schedule: null, backoff: null, cron_schedule_options: null }, jobNames)).toEqual({
      schedule: null,
      backoff: null,
    });
  });

  it('refuses two names of one field that differ', () => {
    expect(() => toLibrary({ retries: 1, backoff: { limit: 2 } }, jobNames)).toThrow(
      expect.objectContaining({ code: 'invalid-request', field: 'backoff.limit' }),
    );
    expect(toLibrary({ retries: 2, backoff: { limit: 2 } }, jobNames)).toEqual({ backoff: { limit: 2 } });
  });

  it.each([
    ['size', {}, 'instance_size'],
    ['env.1X', {}, 'environment_variables.1X'],
    ['sources.0.refType', {}, 'external_repo_attachments.0.ref_type'],
    ['schedule.cron', { schedule: { cron: 'x' } }, 'schedule.cron'],
    ['schedule.cron', { cron_schedule_options: { schedule: 'x' } }, 'cron_schedule_options.schedule'],
    ['backoff.limit', { backoff: { limit: -1 } }, 'backoff.limit'],
    ['onPlaceLost.afterMs', {}, 'on_place_lost.after_ms'],
    ['onPlaceLost', {}, 'on_place_lost'],
  ])('an error at %s, with %j sent, is told at %s', async (library, body, wire) => {
    const error = new RunyardError('invalid-job', `\`${library}\` is not valid.`, { field: library });
    const failing = inWireNames(body, jobNames, () => Promise.reject(error));
    await expect(failing).rejects.toMatchObject({ field: wire, message: `\`${wire}\` is not valid.` });
  });
});

describe('the image of a job, which is named or built', () => {
  const build = { base: 'python:3', pip: ['numpy'], requirements_txt: 'a\n', environment_yml: 'b\n', post_build: 'c' };
  const inside = { base: 'python:3', pip: ['numpy'], requirementsTxt: 'a\n', environmentYml: 'b\n', postBuild: 'c' };

  it.each([
    [{ image_uri: 'a' }, { image: 'a' }],
    [{ image_uri: 'a', image_build: null }, { image: 'a' }],
    [{ image_build: build }, { image: { build: inside } }],
    [{ image_uri: null, image_build: build }, { image: { build: inside } }],
    [{ image_uri: null }, { image: null }],
    [{ image_build: null }, { image: null }],
    [{}, {}],
  ])('%j', (body, expected) => {
    expect(toLibrary(body, jobNames)).toEqual(expected);
  });

  it('is written under one of the names', () => {
    expect(toWire({ image: { build: inside } }, jobNames)).toEqual({ image_uri: null, image_build: build });
    expect(toWire({ image: 'a' }, jobNames)).toEqual({ image_uri: 'a' });
    expect(toWire({ image: null }, jobNames)).toEqual({ image_uri: null });
  });

  it('is refused under both', () => {
    expect(() => toLibrary({ image_uri: 'a', image_build: build }, jobNames)).toThrow(/image_build.*image_uri/);
  });

  it('is told of by its name on the wire', async () => {
    const body = { name: 'a', command: 'b', image_build: { base: '' } };
    const refused = inWireNames(body, jobNames, async () => parseJob(toLibrary(body, jobNames), context));
    await expect(refused).rejects.toMatchObject({ field: 'image_build.base' });
    expect(wirePath('image', body, jobNames)).toBe('image_build');
    expect(wirePath('image', { image_uri: 'a' }, jobNames)).toBe('image_uri');
    expect(wirePath('image', {}, jobNames)).toBe('image_uri');
  });
});
