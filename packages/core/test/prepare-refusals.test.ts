import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitSource } from '../src/adapters/git-source/git-source.ts';
import { createRunyard } from '../src/create-runyard.ts';
import type { JobInput } from '../src/domain/job/job-schema.ts';
import type { RunView } from '../src/services/api.ts';
import type { Runyard } from '../src/services/runyard.ts';

const git = (...args: string[]): Promise<unknown> =>
  promisify(execFile)('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args]);

let dir: string;
let url: string;
let runyard: Runyard;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'runyard-prepare-'));
  const repository = join(dir, 'repository');
  url = `file://${repository}`;
  await git('init', '--quiet', '--initial-branch=main', repository);
  await mkdir(join(repository, 'etl'));
  await writeFile(join(repository, 'etl', 'run.sh'), 'echo from $(basename "$PWD") with $GREETING\n');
  await symlink('/etc', join(repository, 'outside'));
  await git('-C', repository, 'add', '.');
  await git('-C', repository, 'commit', '--quiet', '-m', 'one');
  await git('-C', repository, 'tag', 'v1');
  runyard = await createRunyard({
    dataDir: join(dir, 'data'),
    source: gitSource({ allowFileUrls: true }),
    secretProvider: {
      secret: async () => null,
      gitCredential: async () =>
        timesAsked++ === 0 ? { kind: 'https', username: 'x', password: 'until a moment ago' } : null,
    },
  });
});

afterAll(async () => {
  await runyard.close();
  await rm(dir, { recursive: true, force: true });
});

// Who starts the job is told of what is missing, so that it has to go afterwards.
let timesAsked = 0;

let names = 0;
const runOf = async (input: Omit<JobInput, 'name'>): Promise<RunView> => {
  const job = await runyard.jobs.create({ name: `job-${++names}`, backoff: { infrastructureLimit: 0 }, ...input });
  const { id } = await runyard.jobs.start(job.id);
  await runyard.runs.wait(id);
  return runyard.runs.get(id);
};
const logOf = async (id: string): Promise<string> => {
  let text = '';
  for await (const line of runyard.runs.logs(id, { follow: true }))
    text += line.stream === 'phase' ? `[${line.text.trim()}]\n` : line.text;
  return text;
};

describe('a job in git', () => {
  it('runs: sources, start script, working directory, command, in that order, and the log shows the phases', async () => {
    const run = await runOf({
      sources: [{ url, ref: 'v1', refType: 'tag' }],
      startScript: 'echo starting; export GREETING="a greeting"; exit 0',
      workingDir: 'etl',
      command: 'sh run.sh',
    });
    expect(run).toMatchObject({ state: 'succeeded', reason: 'completed' });
    const log = await logOf(run.id);
    expect(log).toMatch(
      /\[sources\][\s\S]*\[start-script\]\nstarting\n\[working-dir\]\n\[command\]\nfrom etl with a greeting\n$/,
    );
    expect(run.attempts[0]?.phases.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['start-script', 'command']),
    );
  });

  it('records the commit that its ref meant', async () => {
    const run = await runOf({ sources: [{ url, ref: 'main' }], command: 'git rev-parse HEAD' });
    expect(run.commits).toEqual([{ url, ref: 'main', commit: expect.stringMatching(/^[0-9a-f]{40}$/) }]);
    expect(await logOf(run.id)).toContain(run.commits?.[0]?.commit);
  });

  it('leaves no workspace behind', async () => {
    const run = await runOf({ sources: [{ url }], command: 'touch made-by-the-job' });
    await logOf(run.id);
    await expect.poll(async () => (await runyard.runs.get(run.id)).attempts[0]?.state).toBe('disposed');
    const left = (await readdir(join(dir, 'data'), { recursive: true })).filter((name) =>
      name.includes('made-by-the-job'),
    );
    expect(left).toEqual([]);
  });
});

describe('what only prepare can know becomes the reason of the run', () => {
  it.each([
    ['a ref that does not exist', { sources: () => [{ url, ref: 'v9' }] }, 'ref-not-found', /v9/],
    ['a repository that does not exist', { sources: () => [{ url: `${url}-nope` }] }, 'source-refused', /nope/],
    [
      'a repository that cannot be reached',
      { sources: () => [{ url: 'http://127.0.0.1:9/x.git' }] },
      'source-unreachable',
      /127\.0\.0\.1/,
    ],
    [
      'a credential that nobody knows any more',
      { sources: () => [{ url: 'https://127.0.0.1:9/x.git', credential: 'deploy' }] },
      'unknown-credential',
      /deploy/,
    ],
    [
      'a working directory that is not there',
      { sources: () => [{ url }], workingDir: 'etl/nope' },
      'working-dir-missing',
      /etl\/nope/,
    ],
    [
      'a working directory that leaves through a symlink',
      { sources: () => [{ url }], workingDir: 'outside' },
      'working-dir-missing',
      /outside/,
    ],
  ] as const)('%s', async (_, { sources, ...input }, reason, sentence) => {
    const run = await runOf({ command: 'echo never', ...input, sources: sources() });
    expect(run).toMatchObject({ state: 'failed', reason });
    expect(run.sentence).toMatch(sentence);
    expect(await logOf(run.id)).not.toContain('never');
  });

  it('a start script that fails names its phase', async () => {
    const run = await runOf({ startScript: 'exit 3', command: 'echo never' });
    expect(run).toMatchObject({
      state: 'failed',
      reason: 'exit-code',
      sentence: expect.stringMatching(/start-script.*3/),
    });
  });
});

describe('what can be known before is refused when the job is saved', () => {
  it.each([
    ['a cron expression', { schedule: { cron: '61 * * * *' } }, 'invalid-cron', 'schedule.cron'],
    ['one that never fires', { schedule: { cron: '0 0 30 2 *' } }, 'invalid-cron', 'schedule.cron'],
    ['a zone', { schedule: { cron: '@daily', timezone: 'Mars/Base' } }, 'unknown-zone', 'schedule.timezone'],
    ['a transport helper', { sources: [{ url: 'ext::sh -c whoami' }] }, 'invalid-source', /sources\.0/],
    [
      'an option for a ref',
      { sources: [{ url: 'https://h/r.git', ref: '--upload-pack=x' }] },
      'invalid-source',
      /sources\.0/,
    ],
    ['a password in a URL', { sources: [{ url: 'https://u:p@h/r.git' }] }, 'invalid-source', /sources\.0/],
    [
      'two sources in one folder',
      {
        sources: [
          { url: 'https://h/r.git', path: 'a' },
          { url: 'https://h/s.git', path: 'a' },
        ],
      },
      'invalid-job',
      'sources.1.path',
    ],
    ['an image', { image: 'python:3' }, 'unsupported-by-executor', 'image'],
    ['apt packages', { extraPackages: { apt: ['jq'] } }, 'unsupported-by-executor', /extraPackages/],
  ] as const)('%s', async (_, input, code, field) => {
    const refused = runyard.jobs.create({ name: `refused-${++names}`, command: 'true', ...(input as object) });
    await expect(refused).rejects.toMatchObject({ code, field: expect.stringMatching(field) });
  });

  it('a name in use, with the id of the other job', async () => {
    const job = await runyard.jobs.create({ name: 'taken', command: 'true' });
    await expect(runyard.jobs.create({ name: 'taken', command: 'true' })).rejects.toMatchObject({
      code: 'name-in-use',
      id: job.id,
      field: 'name',
    });
  });
});
