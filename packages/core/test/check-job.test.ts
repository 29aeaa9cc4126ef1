import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { gitSource } from '../src/adapters/git-source/git-source.ts';
import { processExecutor } from '../src/adapters/process-executor/process-executor.ts';
import { findingCodes } from '../src/domain/job/finding.ts';
import type { JobInput } from '../src/domain/job/job-schema.ts';
import { startFailed } from '../src/domain/run/launch-errors.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { repositories } from './git-source-repositories.ts';
import { people } from './support/people.ts';

const folder = await repositories();
afterAll(() => folder[Symbol.asyncDispose]());
const repository = await folder.make('code');
await repository.commit({ 'jobs/train.py': 'print(1)\n', 'jobs/run.sh': 'echo\n', 'jobs/plain.sh': 'echo\n' });
await chmod(join(repository.dir, 'jobs/run.sh'), 0o755);
await repository.commit({}, 'executable');
await repository.git('tag', 'v1');

const checker = () =>
  testRunyard({ source: gitSource({ allowFileUrls: true }), executors: { process: processExecutor() } });
const codesOf = async (input: Partial<JobInput>): Promise<string[]> => {
  await using t = await checker();
  const { findings } = await t.runyard.jobs.check({
    name: 'nightly',
    executor: 'process',
    command: 'sh -c true',
    ...input,
  });
  return findings.map(({ code, field }) => (field === undefined ? code : `${code} ${field}`));
};
const tagged = (more: object = {}) => [{ url: repository.url, ref: 'v1', ...more }];

describe('a check of a job that is only described', () => {
  it('finds nothing where nothing is wrong, writes nothing, and tells the next five instants', async () => {
    await using t = await checker();
    const job: JobInput = {
      ...{ name: 'nightly', executor: 'process', command: ['./run.sh'], workingDir: 'jobs', sources: tagged() },
      schedule: { cron: '0 2 * * *' },
    };
    const { findings, nextAt } = await t.runyard.jobs.check(job);
    expect(findings).toEqual([]);
    expect(nextAt).toEqual([2, 26, 50, 74, 98].map((hours) => t.clock.now() + hours * 3_600_000));
    expect((await t.runyard.jobs.list()).items).toEqual([]);
  });

  it.each<[string, Partial<JobInput>, string[]]>([
    ['a branch moves', { sources: tagged({ ref: 'main' }) }, ['moving-ref sources.0.ref']],
    ['and so does the default branch', { sources: [{ url: repository.url }] }, ['moving-ref sources.0.ref']],
    ['a ref is not there', { sources: tagged({ ref: 'v2' }) }, ['ref-not-found sources.0.ref']],
    ['a repository is not there', { sources: [{ url: `${repository.url}-not` }] }, ['source-refused sources.0.url']],
    [
      'a secret is not there',
      { secrets: [{ name: 'KEY', type: 'environment_variable', location: 'KEY' }] },
      ['unknown-secret secrets.0.name'],
    ],
    [
      'a credential is not there',
      { sources: tagged({ credential: 'deploy' }) },
      ['unknown-credential sources.0.credential'],
    ],
    [
      'a working directory is not in the sources',
      { sources: tagged(), workingDir: 'job' },
      ['working-dir-missing workingDir'],
    ],
    ['it is a file', { sources: tagged(), workingDir: 'a.txt' }, ['working-dir-missing workingDir']],
    [
      'a script was not committed',
      { sources: tagged(), workingDir: 'jobs', command: './gone.sh --fast' },
      ['command-missing command'],
    ],
    [
      'a script that an interpreter is given was not committed',
      { sources: tagged(), workingDir: 'jobs', command: ['python3', 'gone.py', 'x'] },
      ['command-missing command'],
    ],
    [
      'the same in a shell line',
      { sources: tagged(), command: 'sh jobs/gone.sh && echo done' },
      ['command-missing command'],
    ],
    ['such a script is there, executable or not', { sources: tagged(), command: 'sh jobs/plain.sh' }, []],
    ['nobody knows what an option takes', { sources: tagged(), command: 'sh -o gone.sh jobs/plain.sh' }, []],
    [
      'a script is not executable',
      { sources: tagged(), command: ['jobs/plain.sh'] },
      ['command-not-executable command'],
    ],
    ['a path goes up again', { sources: tagged(), workingDir: 'dir', command: '../jobs/run.sh' }, []],
    [
      'a source lies in a folder of its own',
      { sources: tagged({ path: 'code' }), workingDir: 'code/jobs', command: './run.sh' },
      [],
    ],
    [
      'of a start script nobody knows what it makes',
      { sources: tagged(), startScript: 'make', command: './gone.sh' },
      [],
    ],
    ['a program is not on the path', { command: 'papermill in.ipynb' }, ['command-missing command']],
    ['packages may bring it', { command: 'papermill in.ipynb', extraPackages: { pip: ['papermill'] } }, []],
    ['only a shell can tell', { command: 'A=1 frobnicate && x' }, []],
    ['a size is larger than the machine', { size: 'huge' }, ['size-too-large size']],
    ['a schedule is over', { schedule: { cron: '0 2 * * *', endsAt: 1 } }, ['schedule-over schedule']],
    ['what it would be refused for at save', { schedule: { cron: '0 2 * *' } }, ['invalid-cron schedule.cron']],
  ])('%s', async (_rule, input, codes) => {
    if (input.size === undefined) return expect(await codesOf(input)).toEqual(codes);
    await using t = await testRunyard({
      sizes: { huge: { cpu: 4000, memory: '1Gi' } },
      executors: { process: processExecutor() },
    });
    const { findings } = await t.runyard.jobs.check({ name: 'n', executor: 'process', command: 'sh', ...input });
    expect(findings.map(({ code, field }) => `${code} ${field}`)).toEqual(codes);
  });

  it('what could not be asked is a warning, and no error of the job', async () => {
    await using t = await testRunyard({
      secretProvider: { secret: () => Promise.reject(new Error('the vault sleeps')) },
    });
    const secrets = [{ name: 'KEY', type: 'environment_variable' as const, location: 'KEY' }];
    const { findings } = await t.runyard.jobs.check({ name: 'n', command: 'x', secrets });
    expect(findings).toEqual([
      {
        code: 'not-asked',
        severity: 'warning',
        sentence: expect.stringContaining("the secret provider did not answer; the host's log has its words"),
        field: 'secrets.0.name',
      },
    ]);
  });
});

it('runs that take longer than the time between two occurrences are told of, with what the policy makes of it', async () => {
  await using t = await testRunyard({ script: () => ({ runMs: 150_000 }) });
  const { jobs, runs } = t.runyard;
  const job = await jobs.create({
    name: 'n',
    command: 'x',
    concurrencyPolicy: 'Forbid',
    schedule: { cron: '*/2 * * * *', enabled: false },
  });
  expect((await jobs.check(job.id)).findings).toEqual([]);
  const run = await jobs.start(job.id);
  const ended = runs.wait(run.id);
  await t.clock.advance(200_000);
  expect((await ended).state).toBe('succeeded');
  expect((await jobs.check(job.id)).findings).toMatchObject([
    { code: 'overlap-likely', severity: 'warning', sentence: expect.stringMatching(/2\.5 min.*2 min.*skipped/) },
  ]);
});

it('whoever may not see a job may not check it', async () => {
  await using p = await people();
  const [ann, bob] = [await p.user('ann'), await p.user('bob')];
  const job = await (await ann.as()).jobs.create({ name: 'n', command: 'x' });
  await expect((await bob.as()).jobs.check(job.id)).rejects.toMatchObject({ code: 'job-not-found' });
  const group = `group:${'0'.repeat(32)}`;
  await expect((await bob.as()).jobs.check({ name: 'n', command: 'x', owner: group })).rejects.toMatchObject({
    code: 'forbidden',
  });
});

it('a start is refused while the owner lacks a secret or a credential, with all that is missing named; a schedule still tries', async () => {
  await using t = await testRunyard({ secretProvider: { secret: async () => null } });
  const secretsFor = (names: string[]) =>
    names.map((name) => ({ name, type: 'environment_variable' as const, location: name }));
  const start = async (name: string, sources: { url: string; credential: string }[], names: string[]) =>
    t.runyard.jobs.start((await t.runyard.jobs.create({ name, command: 'x', sources, secrets: secretsFor(names) })).id);
  const sources = [{ url: 'https://git.example/a', credential: 'deploy' }];
  await expect(start('two', sources, ['KEY'])).rejects.toMatchObject({
    code: 'missing-access',
    message: expect.stringMatching(/no secret 'KEY'.*no git credential 'deploy'/),
    field: 'secrets.0.name',
  });
  await expect(start('seven', [], ['A', 'B', 'C', 'D', 'E', 'F', 'G'])).rejects.toMatchObject({
    message: expect.stringMatching(/no secret 'A'.*no secret 'E'.*with 2 more/),
  });
  expect((await t.runyard.runs.list()).items).toEqual([]);
});

it('a provider that cannot be asked keeps nobody from starting', async () => {
  await using t = await testRunyard({ secretProvider: { secret: () => Promise.reject(new Error('asleep')) } });
  const secrets = [{ name: 'KEY', type: 'environment_variable' as const, location: 'KEY' }];
  const job = await t.runyard.jobs.create({ name: 'n', command: 'x', secrets });
  expect(await t.runyard.jobs.start(job.id)).toMatchObject({ jobId: job.id });
});

it("an executor's own refusal is a finding of its code, and its silence is none", async () => {
  await using t = await testRunyard({
    source: {
      check: () => {},
      resolve: () => Promise.reject(startFailed('source-refused', 'The key is not let in.')),
      checkout: async () => {},
    },
  });
  const { findings } = await t.runyard.jobs.check({
    name: 'n',
    command: 'x',
    sources: [{ url: 'https://git.example/a' }],
  });
  expect(findings).toEqual([
    { code: 'source-refused', severity: 'error', sentence: 'The key is not let in.', field: 'sources.0.url' },
  ]);
});

it('the documentation lists exactly the codes that there are, with what they say', async () => {
  const page = await readFile(new URL('../../../docs/checking-jobs.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| `([\w-]+)` \| (.*) \|$/gm)].map(([, code, says]) => [code, says]);
  expect(listed).toEqual(Object.entries(findingCodes));
});

describe('a save that asks for a check', () => {
  const broken: JobInput = {
    ...{ name: 'nightly', executor: 'process', command: 'sh -c true', sources: tagged({ ref: 'v2' }) },
    secrets: [{ name: 'KEY', type: 'environment_variable', location: 'KEY' }],
  };
  const refusal = {
    code: 'check-failed',
    field: 'secrets.0.name',
    message: expect.stringMatching(/'nightly'.*KEY.*v2/s),
  };
  const sound: JobInput = { ...broken, sources: tagged(), secrets: [] };

  it('saves nothing where the job could not run, and says all that is wrong', async () => {
    await using t = await checker();
    await expect(t.runyard.jobs.create(broken, { check: true })).rejects.toMatchObject(refusal);
    await expect(t.runyard.jobs.apply([sound, { ...broken, name: 'other' }], { check: true })).rejects.toMatchObject({
      code: 'check-failed',
    });
    expect((await t.runyard.jobs.list()).items).toEqual([]);
    const { id } = await t.runyard.jobs.create(sound, { check: true });
    await expect(t.runyard.jobs.update(id, { secrets: broken.secrets ?? [] }, { check: true })).rejects.toMatchObject({
      code: 'check-failed',
    });
    expect((await t.runyard.jobs.get(id)).spec.secrets).toEqual([]);
    // As it is without being asked.
    expect((await t.runyard.jobs.apply(broken)).map(({ change }) => change)).toEqual(['updated']);
    // What is left as it is may go on as it did.
    expect((await t.runyard.jobs.apply(broken, { check: true })).map(({ change }) => change)).toEqual(['unchanged']);
  });

  it('refuses nothing for what may be harmless, or could not be asked', async () => {
    await using t = await testRunyard({
      source: gitSource({ allowFileUrls: true }),
      executors: { process: processExecutor() },
      secretProvider: {
        secret: async () => {
          throw new Error('the vault is away');
        },
      },
    });
    const job: JobInput = { ...broken, sources: tagged({ ref: 'main' }) };
    expect((await t.runyard.jobs.create(job, { check: true })).spec.name).toBe('nightly');
  });
});
