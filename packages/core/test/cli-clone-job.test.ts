import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type CheckoutUnderTest, checkoutUnderTest } from './support/checkouts.ts';
import { type CliHost, cliHost } from './support/cli-host.ts';
import { definitionOf } from './support/definition-of.ts';
import { read } from './support/http-host.ts';
import { runyardAt } from './support/terminal.ts';

let host: CliHost;
let checkout: CheckoutUnderTest;
beforeAll(async () => {
  [host, checkout] = await Promise.all([
    cliHost(),
    checkoutUnderTest({
      'jobs/run.sh': '. ./lib.sh\nsay "$DAY"\nls .. | grep -q untracked && exit 9\nexit "$CODE"\n',
      'jobs/lib.sh': 'say() { echo "hello $1"; }\n',
    }),
  ]);
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await checkout[Symbol.asyncDispose]();
});

const run = ['--', 'sh', 'run.sh'];
const clone = (...argv: string[]) => checkout.clone(argv, { env: host.env, in: 'jobs' });
const jobs = async (name: string) => (await read(host.call('GET', `/api/jobs?name=${name}`))).body.jobs;

describe('clone-as-job prints a job', () => {
  it('with its fields in the order of the documentation, and what there is to say where it belongs', async () => {
    const { exit, out } = await checkout.clone(
      [
        ...[
          '--name',
          'etl',
          '--owner',
          'group:data',
          '--executor',
          'docker',
          '--hardware',
          'gpu',
          '--size',
          'gpu-1',
          '--image',
          'python:3.13',
        ],
        ...[
          '--schedule',
          '0 6 * * 1-5',
          '--timezone',
          'Europe/Berlin',
          '--env',
          'DAY',
          '--env',
          'CODE=0',
          '--secret',
          'KEY=etl-key',
        ],
        ...['--credential', 'deploy', ...run],
      ],
      { env: { DAY: 'today' }, in: 'jobs' },
    );
    expect(exit).toBe(0);
    expect(out).toBe(`name: etl
owner: group:data
command: [ sh, run.sh ]
executor: docker
hardware: gpu
instance_size: gpu-1
image_uri: python:3.13
schedule:
  cron: 0 6 * * 1-5
  timezone: Europe/Berlin
environment_variables:
  DAY: today
  CODE: "0"
secrets:
  - name: etl-key
    attachment_type: environment_variable
    location: KEY
working_dir: jobs
# warning local-remote: The remote origin is a folder of this machine: only a host on it that allows that can fetch it.
external_repo_attachments:
  - url: file://${checkout.origin}
    ref: v1
    ref_type: tag
    credential: deploy
`);
  });

  it('without what there is to say, where that stands on the same screen already', async () => {
    const place = { env: { HOME: checkout.home, PATH: process.env.PATH }, cwd: `${checkout.dir}/jobs`, onScreen: true };
    const { out, err } = await runyardAt(place, 'clone-as-job', ...run);
    expect(err).toContain('warning  local-remote');
    expect(out).toContain('name: etl-run\n');
    expect(out).not.toContain('#');
  });

  it('which applied gives the same job as --create', async () => {
    const options = ['--env', 'DAY=1', '--env', 'CODE=0', '--schedule', '@daily'];
    const { out } = await clone('--name', 'by-yaml', ...options, ...run);
    await runyardAt({ env: host.env, stdin: out }, 'apply', '-f', '-');
    const said = await clone('--name', 'by-create', ...options, '--create', ...run);
    const [[applied], [created]] = [await jobs('by-yaml'), await jobs('by-create')];
    expect(said).toMatchObject({ exit: 0, out: expect.stringContaining(`runyard jobs get ${created.id}`) });
    expect(definitionOf(created)).toEqual(definitionOf(applied));
    expect(parse(out)).toMatchObject({ name: 'by-yaml', working_dir: 'jobs' });
    expect(await clone('--name', 'by-create', '--create', ...run)).toMatchObject({
      exit: 1,
      err: expect.stringMatching(/by-create.* already .*--try instead of --create, or `runyard apply`/),
    });
  });

  it('and says what the server finds in what it created', async () => {
    const created = await clone('--name', 'lacking', '--secret', 'KEY', '--create', ...run);
    expect(created).toMatchObject({ exit: 0, err: expect.stringMatching(/^error {4}unknown-secret: .*KEY/m) });
  });

  it('and takes one word with spaces for a shell, several as they are', async () => {
    const commandOf = async (...words: string[]) =>
      (await checkout.found(['--', ...words], { in: 'jobs' })).job.command;
    expect(await commandOf('sh run.sh && echo done')).toBe('sh run.sh && echo done');
    expect(await commandOf('sh', 'run.sh', 'a b')).toEqual(['sh', 'run.sh', 'a b']);
    expect(await commandOf('./run.sh')).toEqual(['./run.sh']);
  });

  it.each([
    [['sh', 'run.sh']],
    [['--']],
    [['--allow', 'nonsense', ...run]],
    [['--allow', 'no-remote', ...run]],
    [['--schedule', '61 * * * *', ...run]],
    [['--timezone', 'UTC', ...run]],
    [['--env', 'NOT_SET', ...run]],
    [['--hardware', 'tpu', ...run]],
    [['--create', '--try', ...run]],
  ])('and ends with 64 for %j', async (argv) => {
    expect(await clone(...argv)).toMatchObject({ exit: 64, out: '' });
  });
});

describe('clone-as-job --allow', () => {
  it('makes a job although of what it is told, and says so', async () => {
    await checkout.write({ 'jobs/lib.sh': 'say() { echo "changed $1"; }\n' });
    try {
      expect(await clone(...run)).toMatchObject({
        exit: 65,
        out: '',
        err: expect.stringContaining('error    changed-file'),
      });
      expect(await clone('--allow', 'changed-file', ...run)).toMatchObject({
        exit: 0,
        out: expect.stringContaining('ref: v1\n'),
        err: expect.stringContaining('allowed  changed-file'),
      });
    } finally {
      await checkout.git('checkout', '--quiet', '--', '.');
    }
  });

  it('never shows the value of a variable that looks like a secret, which is sent all the same', async () => {
    const place = { env: { ...host.env, API_TOKEN: 'geheim-1', DSN: 'postgres://u:geheim-2@db/x' }, in: 'jobs' };
    const options = ['--env', 'API_TOKEN', '--env', 'DSN', '--name', 'with-token'];
    const refused = await checkout.clone([...options, ...run], place);
    const printed = await checkout.clone([...options, '--allow', 'secret-as-variable', ...run], place);
    const json = await checkout.clone([...options, '--allow', 'secret-as-variable', '--json', ...run], place);
    const created = await checkout.clone([...options, '--allow', 'secret-as-variable', '--create', ...run], place);
    expect([refused.exit, printed.exit, json.exit, created.exit]).toEqual([65, 0, 0, 0]);
    expect(printed.out).toMatch(/^# API_TOKEN is left out: .*--secret API_TOKEN/m);
    expect(parse(printed.out)).not.toHaveProperty('environment_variables');
    expect(JSON.parse(json.out)).toMatchObject({ left_out: ['API_TOKEN', 'DSN'] });
    for (const said of [refused, printed, json, created]) expect(JSON.stringify(said)).not.toContain('geheim');
    expect((await jobs('with-token'))[0].environment_variables).toMatchObject({ API_TOKEN: 'geheim-1' });
  });
});

describe('clone-as-job --try', () => {
  const tries = (name: string, code: string, ...options: string[]) =>
    clone('--name', name, '--env', 'DAY=one', '--env', `CODE=${code}`, ...options, '--try', ...run);

  it('runs the commit in a clean checkout, follows the log, ends as the run does, and leaves only the job behind', async () => {
    await checkout.write({ untracked: '' });
    const said = await tries('tried', '0', '--schedule', '@daily');
    expect(said).toMatchObject({ exit: 0, out: expect.stringContaining('hello one\n') });
    expect(said.err).toMatch(/created job tried of user:\w+ \(\w+\); its schedule is on, first at 2/);
    const [job, another] = await jobs('tried');
    expect(another).toBeUndefined();
    expect(job).toMatchObject({ scheduled: true, external_repo_attachments: [{ ref: 'v1', ref_type: 'tag' }] });
    const id = /started run (\w+) of tried-try/.exec(said.err)?.[1];
    const { state, overrides } = (await read(host.call('GET', `/api/runs/${id}`))).body;
    expect({ state, overrides }).toEqual({
      state: 'succeeded',
      overrides: { ref: await checkout.git('rev-parse', 'HEAD') },
    });
  });

  it('makes no job where the run failed, keeps the try to be looked at, and makes both anew the next time', async () => {
    const failed = await tries('fails', '7', '--schedule', '@daily');
    expect(failed).toMatchObject({ exit: 7, err: expect.stringContaining('There is no job fails yet') });
    const [left, none] = await jobs('fails');
    expect([left, none]).toEqual([
      expect.objectContaining({ name: 'fails-try', schedule: null, scheduled: false }),
      undefined,
    ]);
    expect(failed.err).toContain(`The try is the job fails-try (${left.id})`);
    expect(await runyardAt({ env: host.env }, 'logs', left.id)).toMatchObject({
      exit: 0,
      out: expect.stringContaining('hello one'),
    });
    expect((await tries('fails', '0', '--schedule', '@daily')).exit).toBe(0);
    const now = await jobs('fails');
    expect(now).toEqual([expect.objectContaining({ name: 'fails', scheduled: true })]);
  });

  it('leaves a job that is there as it was until the try has succeeded', async () => {
    await tries('kept', '0', '--schedule', '@daily');
    const [before] = await jobs('kept');
    const failed = await tries('kept', '7', '--schedule', '@hourly');
    expect(failed).toMatchObject({
      exit: 7,
      err: expect.stringContaining('kept is as it was, with the schedule that it had'),
    });
    expect((await jobs('kept')).find(({ name }: { name: string }) => name === 'kept')).toEqual(before);
    const again = await tries('kept', '0', '--schedule', '@hourly');
    expect(again.err).toContain('schedule.cron: "@daily" → "@hourly"');
    expect(await jobs('kept')).toEqual([
      expect.objectContaining({ id: before.id, schedule: expect.objectContaining({ cron: '@hourly' }) }),
    ]);
  });

  it('leaves nothing of what an earlier call had set, says what changes, and shows no value of a variable', async () => {
    await tries('anew', '0', '--schedule', '@daily', '--env', 'PASSWORT=geheim');
    const [{ id }] = await jobs('anew');
    await host.call('PATCH', `/api/jobs/${id}`, { body: { limits: { run_ms: 60_000 }, schedule: { enabled: false } } });
    const said = await tries('anew', '0', '--schedule', '@daily');
    const [job] = await jobs('anew');
    expect(job).toMatchObject({ scheduled: true, environment_variables: { DAY: 'one', CODE: '0' } });
    expect(said.err).toMatch(/^ {4}environment_variables\.PASSWORT has changed$/m);
    expect(said.err).toContain('limits.run_ms: 60000 → (nothing)');
    expect(said.err).toContain('schedule.enabled: false → true');
    expect(JSON.stringify(said)).not.toContain('geheim');
  });

  it('makes no job where Ctrl-C ended the waiting, and says so', async () => {
    const place = { ...host.env, HOME: checkout.home, PATH: process.env.PATH };
    const words = ['--name', 'left', '--env', 'DAY=one', '--env', 'CODE=0', '--schedule', '@daily', '--try', ...run];
    const left = { env: place, cwd: `${checkout.dir}/jobs`, interrupted: () => AbortSignal.abort() };
    const said = await runyardAt(left, 'clone-as-job', ...words);
    expect(said).toMatchObject({ exit: 130, err: expect.stringContaining('There is no job left yet') });
    expect(await jobs('left')).toEqual([expect.objectContaining({ name: 'left-try', schedule: null })]);
    expect((await tries('left', '0', '--schedule', '@daily')).exit).toBe(0);
    expect(await jobs('left')).toContainEqual(expect.objectContaining({ name: 'left', scheduled: true }));
  });

  it('says that a schedule waits that somebody has paused', async () => {
    await tries('waits', '0', '--schedule', '@daily');
    const [{ id }] = await jobs('waits');
    await host.runyard.jobs.pause(id);
    expect((await tries('waits', '0', '--schedule', '@daily')).err).toContain('somebody has paused it');
  });

  it('does not write over a job that happens to have the name of the try', async () => {
    await clone('--name', 'taken-try', '--create', ...run);
    expect(await tries('taken', '0')).toMatchObject({ exit: 64, err: expect.stringContaining('taken-try') });
    expect(await jobs('taken')).toEqual([expect.objectContaining({ name: 'taken-try', description: '' })]);
  });

  it('makes no job that `apply --prune` of other files removes', async () => {
    await tries('stays', '0');
    const other = 'name: other\ncommand: [ "true" ]\n';
    await runyardAt({ env: host.env, stdin: other }, 'apply', '-f', '-', '--prune');
    expect(await jobs('stays')).toHaveLength(1);
  });

  it('sends nothing where the checkout is not ready', async () => {
    await checkout.write({ 'jobs/new.sh': '' });
    expect((await clone('--name', 'unready', '--try', '--', 'sh', 'new.sh')).exit).toBe(65);
    expect(await jobs('unready')).toEqual([]);
  });
});
