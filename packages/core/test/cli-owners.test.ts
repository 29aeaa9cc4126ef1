import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliHost, cliHost } from './support/cli-host.ts';
import { runyardAt } from './support/terminal.ts';

/* Ann is in the group `lab`; both have a job `nightly`. */
let host: CliHost;
let env: Record<string, string>;
let ann: string;
let lab: string;
beforeAll(async () => {
  host = await cliHost({ directory: true, encryptionKeys: [{ id: 'key-1', key: randomBytes(32) }] });
  const { users, groups, tokens } = host.runyard;
  ann = (await users.create({ name: 'ann' })).id;
  lab = (await groups.create({ name: 'lab' })).id;
  await groups.addMember(lab, ann);
  env = { ...host.env, RUNYARD_TOKEN: (await tokens.mint({ name: 'cli', userId: ann })).token };
  for (const owner of [`user:${ann}`, `group:${lab}`])
    await host.runyard.jobs.create({ name: 'nightly', command: ['gated'], executor: 'function', owner });
});
afterAll(() => host[Symbol.asyncDispose]());

const cli = (...argv: string[]) => runyardAt({ env }, ...argv);
const cliWith = (stdin: string, ...argv: string[]) => runyardAt({ env, stdin }, ...argv);
const ownerOf = async (...argv: string[]) => JSON.parse((await cli(...argv, '--json')).out).job.owner.id;

describe('owners on the command line', () => {
  it('are shown by name, and taken by what is shown', async () => {
    const list = await cli('jobs');
    expect(list.out).toMatch(/nightly +user:ann .*\n.*nightly +group:lab /);
    expect(list.out).not.toMatch(/(user|group):[0-9a-f]{32}/);
    const both = await cli('jobs', 'get', 'nightly');
    expect(both).toMatchObject({ exit: 64, err: expect.stringContaining('--owner (user:ann, group:lab)') });
    expect((await cli('jobs', 'get', 'nightly', '--owner', 'group:lab')).out).toMatch(/^owner +group:lab$/m);
  });

  it.each(['group:lab', 'lab', 'acme/lab', () => `group:${lab}`])('are taken as %s', async (given) => {
    const owner = typeof given === 'string' ? given : given();
    expect(await ownerOf('jobs', 'get', 'nightly', '--owner', owner)).toBe(`group:${lab}`);
    expect((await cli('jobs', '--owner', owner)).out).toMatch(/^NAME.*\nnightly +group:lab .*\n$/);
  });

  it('of somebody who is not there have no jobs', async () => {
    expect(await cli('jobs', 'get', 'nightly', '--owner', 'group:nobody')).toMatchObject({
      exit: 1,
      err: 'runyard: There is no job nightly of group:nobody, or you may not see it.\n',
    });
  });

  it('are applied by name, also where the job is there already', async () => {
    const yaml = (retries: number) =>
      `name: weekly\ncommand: [gated]\nexecutor: function\nowner: lab\nretries: ${retries}\n`;
    const made = await cliWith(yaml(0), 'apply', '-f', '-', '--no-check');
    expect(made.out).toMatch(/^created {4}weekly \(group:lab\)/);
    expect((await cliWith(yaml(0), 'apply', '-f', '-', '--no-check')).out).toMatch(
      /^unchanged {2}weekly \(group:lab\)/,
    );
    const changed = await cliWith(yaml(1), 'apply', '-f', '-', '--no-check');
    expect(changed.out).toMatch(/^updated {4}weekly \(group:lab\).*\n {4}backoff.limit: 0 → 1\n$/);
    const wrong = await cliWith('name: x\ncommand: x\nowner: nobody\n', 'apply', '-f', '-');
    expect(wrong).toMatchObject({ exit: 1, err: expect.stringContaining("no user and no group 'nobody'") });
  });
});

describe('jobs remove', () => {
  it('removes the job of that name and owner, and only with --allow-active one that is active', async () => {
    const made = async () =>
      (
        await host.runyard.jobs.create({
          name: 'gone',
          command: ['gated'],
          executor: 'function',
          owner: `group:${lab}`,
        })
      ).id;
    const first = await made();
    expect(await cli('jobs', 'remove', 'gone', '--owner', 'lab')).toMatchObject({
      exit: 0,
      out: `Removed job gone of group:lab (${first}).\n`,
    });
    expect((await cli('jobs', 'remove', 'gone')).exit).toBe(1);
    const second = await made();
    const run = await host.runyard.jobs.start(second);
    const refused = await cli('jobs', 'remove', 'gone');
    expect(refused).toMatchObject({ exit: 1, err: expect.stringContaining('--allow-active') });
    const json = await cli('jobs', 'remove', second, '--allow-active', '--json');
    expect(JSON.parse(json.out)).toEqual({ removed: { id: second, name: 'gone', owner: `group:${lab}` } });
    expect((await host.runyard.runs.wait(run.id)).state).toBe('cancelled');
  });
});

describe('secrets', () => {
  const value = async (name: string, owner: string) => {
    const { items } = await host.runyard.secrets.list({ name, owner });
    return items.length;
  };

  it('set makes one from stdin, and gives it another value the next time', async () => {
    const made = await cliWith('s3cret\n', 'secrets', 'set', 'db', '--owner', 'lab', '--description', 'Read only');
    expect(made).toMatchObject({
      exit: 0,
      out: expect.stringMatching(/^Created secret db of group:lab \([0-9a-f]{32}\)/),
    });
    const again = await cliWith('other\n', 'secrets', 'set', 'db', '--owner', 'group:lab', '--json');
    expect(JSON.parse(again.out)).toMatchObject({
      change: 'changed',
      secret: { name: 'db', description: 'Read only' },
    });
    expect((await cliWith('mine', 'secrets', 'set', 'db')).out).toMatch(/^Created secret db of user:ann/);
    expect([await value('db', `group:${lab}`), await value('db', `user:${ann}`)]).toEqual([1, 1]);
    const list = await cli('secrets', '--owner', 'group:lab');
    expect(list.out).toMatch(/^NAME.*\ndb +group:lab +Read only .*\n$/);
    for (const { out, err } of [made, again, list]) expect(out + err).not.toMatch(/s3cret|other/);
  });

  it('a value that a job gets is what stdin had, but for the line break behind a single line', async () => {
    const job = await host.runyard.jobs.create({
      name: 'reads',
      executor: 'process',
      command: ['sh', '-c', 'printf %s "$ONE" | od -An -c; printf %s "$KEY" | od -An -c'],
      owner: `user:${ann}`,
      secrets: [
        { name: 'one', type: 'environment_variable', location: 'ONE' },
        { name: 'key', type: 'environment_variable', location: 'KEY' },
      ],
    });
    await cliWith('ab\r\n', 'secrets', 'set', 'one');
    await cliWith('k\nl\n', 'secrets', 'set', 'key');
    const run = await host.runyard.jobs.start(job.id);
    await host.runyard.runs.wait(run.id);
    const texts: string[] = [];
    for await (const { stream, text } of host.runyard.runs.logs(run.id)) if (stream !== 'phase') texts.push(text);
    expect(texts.map((text) => text.trim().replace(/ +/g, ' '))).toEqual(['a b', 'k \\n l \\n']);
  });

  it('set takes no value as an argument, nor an empty one, nor what is no text', async () => {
    expect(await cliWith('x', 'secrets', 'set', 'db', 'geheim')).toMatchObject({ exit: 64 });
    expect(await cliWith('\n', 'secrets', 'set', 'db')).toMatchObject({ exit: 64 });
    const binary = await cliWith('a\ufffd', 'secrets', 'set', 'db');
    expect(binary).toMatchObject({ exit: 64, err: expect.stringContaining('base64') });
  });

  it('remove takes away the one of that name and owner, and only with --allow-in-use one that a job attaches', async () => {
    expect(await cli('secrets', 'remove', 'db')).toMatchObject({
      exit: 64,
      err: expect.stringMatching(/--owner \((group:lab, user:ann|user:ann, group:lab)\)/),
    });
    expect((await cli('secrets', 'remove', 'db', '--owner', 'lab')).out).toMatch(/^Removed secret db of group:lab/);
    expect([await value('db', `group:${lab}`), await value('db', `user:${ann}`)]).toEqual([0, 1]);
    const used = await cli('secrets', 'remove', 'key');
    expect(used).toMatchObject({ exit: 1, err: expect.stringContaining('--allow-in-use') });
    expect((await cli('secrets', 'remove', 'key', '--allow-in-use')).exit).toBe(0);
    expect((await cli('secrets', 'remove', 'key')).exit).toBe(1);
  });
});
