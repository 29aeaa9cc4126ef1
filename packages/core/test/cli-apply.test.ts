import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliHost, cliHost } from './support/cli-host.ts';
import { definitionOf } from './support/definition-of.ts';
import { read } from './support/http-host.ts';
import { runyardAt } from './support/terminal.ts';

let host: CliHost;
let folder: string;
beforeAll(async () => {
  host = await cliHost();
  folder = await mkdtemp(join(tmpdir(), 'runyard-apply-'));
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const apply = (yaml: string, ...argv: string[]) =>
  runyardAt({ env: host.env, stdin: yaml }, 'apply', '-f', '-', ...argv);
const stored = async (name: string) => (await read(host.call('GET', `/api/jobs?name=${name}`))).body.jobs[0];

const yaml = `
name: from-yaml
command: [python, run.py, --day, "1"]
instance_size: medium
schedule: { cron: 0 6 * * *, timezone: Europe/Berlin }
environment_variables:
  PORT: 8080
  VERSION: 1.10
  DEBUG: true
  NO: no
external_repo_attachments:
  - { url: https://example.org/etl.git, ref: v1, ref_type: tag }
working_dir: jobs
`;

describe('runyard apply', () => {
  it('gives the same job as the same body over HTTP', async () => {
    expect((await apply(yaml)).exit).toBe(0);
    const body = {
      name: 'from-http',
      command: ['python', 'run.py', '--day', '1'],
      instance_size: 'medium',
      schedule: { cron: '0 6 * * *', timezone: 'Europe/Berlin' },
      environment_variables: { PORT: '8080', VERSION: '1.10', DEBUG: 'true', NO: 'no' },
      external_repo_attachments: [{ url: 'https://example.org/etl.git', ref: 'v1', ref_type: 'tag' }],
      working_dir: 'jobs',
    };
    const posted = (await (await host.call('POST', '/api/jobs', { body })).json()) as Record<string, unknown>;
    expect(definitionOf(posted)).toEqual(definitionOf(await stored('from-yaml')));
  });

  it('does nothing where nothing changed, and shows what changed', async () => {
    await apply(yaml);
    expect((await apply(yaml)).out).toMatch(/^unchanged {2}from-yaml \(user:tester\)/);
    const changed = yaml.replace('0 6 * * *', '0 7 * * *').replace('  DEBUG: true\n', '');
    const lines = [
      '    environment_variables.DEBUG: "true" → (nothing)',
      '    schedule.cron: "0 6 * * *" → "0 7 * * *"',
    ];
    const dry = await apply(changed, '--dry-run');
    expect(dry.out.split('\n')).toEqual([
      expect.stringMatching(/^updated {4}from-yaml/),
      ...lines,
      'Nothing was changed (--dry-run).',
      '',
    ]);
    expect((await stored('from-yaml')).schedule.cron).toBe('0 6 * * *');
    expect((await apply(changed)).out.split('\n').slice(1)).toEqual([...lines, '']);
    expect((await stored('from-yaml')).schedule.cron).toBe('0 7 * * *');
  });

  it('says what would go wrong with what is new or changed, also in a dry run, and refuses nothing for it', async () => {
    const lacking = (command: string) =>
      `name: lacking\ncommand: ${command}\nsecrets: [{ name: KEY, attachment_type: environment_variable, location: KEY }]\n`;
    const words = /^error {4}unknown-secret: .*KEY.* \(job lacking\)$/m;
    expect(await apply(`name: sound\ncommand: sh\n---\n${lacking('sh')}`, '--dry-run')).toMatchObject({
      exit: 0,
      err: expect.stringMatching(words),
    });
    expect(await apply(lacking('sh'))).toMatchObject({ exit: 0, err: expect.stringMatching(words) });
    expect(await apply(lacking('sh'))).toMatchObject({ exit: 0, err: '' });
    expect(await apply(lacking('sh -c true'), '--no-check')).toMatchObject({ exit: 0, err: '' });
    expect(await apply(lacking('sh'), '--strict', '--dry-run')).toMatchObject({
      exit: 65,
      out: expect.stringContaining('updated'),
    });
    expect(await apply(lacking('sh'), '--strict', '--no-check')).toMatchObject({ exit: 64 });
    const { out, err } = await apply(lacking('sh'), '--json');
    expect(err).toBe('');
    expect(JSON.parse(out).checked).toMatchObject([{ name: 'lacking', findings: [{ code: 'unknown-secret' }] }]);
    await host.call('DELETE', `/api/jobs/${(await stored('lacking')).id}`);
  });

  it('takes several documents and several files, and with --prune removes what is not among them', async () => {
    await writeFile(
      join(folder, 'a.yaml'),
      '# first\n---\nname: a\ncommand: x\n---\nname: b\ncommand: x\n---\n# nothing\n',
    );
    await writeFile(join(folder, 'c.json'), '{ "name": "c", "command": ["x"] }');
    await host.job({ name: 'by hand', command: 'true' });
    const call = (...argv: string[]) => runyardAt({ env: host.env, cwd: folder }, 'apply', ...argv);
    expect((await call('-f', 'a.yaml', '-f', 'c.json')).out.match(/^created/gm)).toHaveLength(3);
    const dry = JSON.parse((await call('-f', 'a.yaml', '--prune', '--dry-run', '--json')).out).changes;
    const pruned = JSON.parse((await call('-f', 'a.yaml', '--prune', '--json')).out).changes;
    for (const changes of [dry, pruned])
      expect(
        changes
          .filter(({ change }: { change: string }) => change === 'removed')
          .map(({ name }: { name: string }) => name)
          .sort(),
      ).toEqual(['c', 'from-yaml']);
    expect(await stored('c')).toBeUndefined();
    expect(await stored('by hand')).toBeDefined();
  });

  it('writes none of them where one is wrong, and says which and where', async () => {
    const said = await apply('name: fine\ncommand: x\n---\nname: wrong\ncommand: x\nschedule: { cron: 61 * * * * }\n');
    expect(said).toMatchObject({ exit: 1, out: '', err: expect.stringMatching(/Job "wrong": .*61/) });
    expect(await stored('fine')).toBeUndefined();
    const unknown = await apply('name: fine\ncommand: x\nshedule: 1\n', '--json');
    expect(JSON.parse(unknown.out).error).toMatchObject({
      code: 'unknown-field',
      message: expect.stringMatching(/jobs\.0\.shedule.*schedule/),
    });
  });

  it.each([
    ['no YAML', 'a: [', 64, /stdin is no YAML: .*line 1/],
    ['a list', '- name: a\n', 64, /Document 1 of stdin is no job/],
    ['nothing', '# nothing\n', 64, /There is no job in -/],
  ])('refuses %s', async (_, text, exit, sentence) => {
    expect(await apply(text)).toMatchObject({ exit, out: '', err: expect.stringMatching(sentence) });
  });

  it('says which file it cannot read, and that one is needed', async () => {
    expect(await host.cli('apply', '-f', 'nope.yaml')).toMatchObject({
      exit: 64,
      err: expect.stringContaining('nope.yaml cannot be read (ENOENT)'),
    });
    expect((await host.cli('apply')).exit).toBe(64);
  });
});

describe('runyard preview', () => {
  it('shows an expression in UTC, in the zone here, and in its own, without any server', async () => {
    const said = await runyardAt({}, 'preview', '30 2 * * 1-5', '-n', '2', '--timezone', 'Asia/Tokyo', '--json');
    const { times, timezone } = JSON.parse(said.out);
    expect(timezone).toBe('Asia/Tokyo');
    expect(times).toEqual([expect.stringMatching(/T17:30:00.000Z$/), expect.stringMatching(/T17:30:00.000Z$/)]);
    const { out } = await runyardAt({}, 'preview', '30 2 * * 1-5', '-n', '1', '--timezone', 'Asia/Tokyo');
    expect(out).toMatch(/^At 02:30 on Monday to Friday, Tokyo time\.\nUTC .*Asia\/Tokyo\n\S+ 17:30:00 .* 02:30:00\n$/);
  });

  it('of a job is what the server will do, with its jitter, also while it is paused', async () => {
    const job = await host.job({
      name: 'jitters',
      command: 'true',
      schedule: { cron: '@every 90m', jitter_ms: 600_000 },
    });
    await host.call('POST', `/api/jobs/${job.id}/unschedule`);
    const { out } = await host.cli('preview', 'jitters', '-n', '3', '--json');
    const expected = await host.runyard.jobs.preview(job.id, 3);
    expect(JSON.parse(out).times).toEqual(expected.map((at) => new Date(at - (at % 1000)).toISOString()));
    expect((await host.cli('preview', 'jitters')).out).toMatch(
      /^jitters: Every 1 hour and 30 minutes\. It is paused\.\n/,
    );
  });

  it.each([[['61 * * * *']], [['0 6 * * *', '--timezone', 'Mars/X']], [['0 6 * * *', '-n', '0']], [[]]])(
    'ends with 64 for %j',
    async (argv) => {
      expect((await runyardAt({}, 'preview', ...argv)).exit).toBe(64);
    },
  );
});

describe('lists', () => {
  it('of jobs and runs are aligned columns, without colours unless they are welcome', async () => {
    await host.job({ name: 'listed', command: 'exit 3' });
    await host.cli('start', 'listed', '--wait');
    const { out } = await host.cli('jobs', '--name', 'listed');
    const [head = '', row = ''] = out.split('\n');
    expect(row.indexOf('user:tester')).toBe(head.indexOf('OWNER'));
    expect(row.indexOf('error')).toBe(head.indexOf('STATUS'));
    expect((await host.cli('runs', '--job', 'listed')).out).toMatch(
      /\n\w{32} {2}listed {2}failed {2}exit-code {2}manual {3}/,
    );
    expect((await host.cli('runs', '--job', 'listed', '--state', 'succeeded')).out.trim().split('\n')).toHaveLength(1);
    expect((await host.cli('runs', '--state', 'nope')).exit).toBe(64);
    const coloured = await runyardAt({ env: host.env, colors: true }, 'runs', '--job', 'listed');
    expect(coloured.out).toContain('\u001b[31mfailed\u001b[0m');
  });

  it('a name that several owners have needs --owner', async () => {
    for (const owner of ['group:a', 'group:b']) await host.job({ name: 'twice', command: 'true', owner });
    expect(await host.cli('jobs', 'get', 'twice')).toMatchObject({
      exit: 64,
      err: expect.stringContaining('group:a, group:b'),
    });
    const { out } = await host.cli('jobs', 'get', 'twice', '--owner', 'group:b');
    expect(out).toMatch(/^owner +group:b$/m);
  });
});
