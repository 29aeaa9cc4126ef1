import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { gitWith } from '../src/cli/clone-as-job/checkout/ask-git.ts';
import { type CheckoutUnderTest, checkoutUnderTest } from './support/checkouts.ts';
import { runyardProcess } from './support/cli-host.ts';

const exec = promisify(execFile);
const run = ['--', 'sh', 'run.sh'];
const files = { 'run.sh': '' };

describe('clone-as-job does not take what git could not answer for a no', () => {
  const refusedBy = async (
    does: (checkout: CheckoutUnderTest) => Promise<unknown>,
    env: Record<string, string> = {},
  ) => {
    await using checkout = await checkoutUnderTest(files);
    await does(checkout);
    const { exit, codes, findings } = await checkout.found(run, { env });
    const [{ says, todo } = { says: '', todo: null }] = findings;
    return { exit, codes, says, todo };
  };
  const nothing = async () => {};

  it('where git is not installed', async () => {
    expect(await refusedBy(nothing, { PATH: '/nonexistent' })).toMatchObject({
      exit: 65,
      codes: ['git-refused'],
      says: expect.stringContaining('git is not installed'),
    });
  });

  it('where the checkout belongs to somebody else', async () => {
    expect(await refusedBy(nothing, { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' })).toMatchObject({
      exit: 65,
      codes: ['git-refused'],
      says: expect.stringContaining('dubious ownership'),
      todo: expect.stringMatching(/^git config --global --add safe\.directory \/\S+\/work, if you trust/),
    });
  });

  it.each([
    ['index', 'index file smaller than expected'],
    ['config', 'bad config'],
  ])('where its %s is corrupt', async (file, words) => {
    const broken = await refusedBy(async ({ dir }) => {
      await truncate(join(dir, '.git', file), 0);
      await writeFile(join(dir, '.git', file), '[x');
    });
    expect(broken).toMatchObject({ exit: 65, codes: ['git-refused'], says: expect.stringContaining(words) });
  });

  it('where its commit is corrupt', async () => {
    const broken = await refusedBy(async ({ dir, git }) => {
      const commit = await git('rev-parse', 'HEAD');
      const object = join(dir, '.git/objects', commit.slice(0, 2), commit.slice(2));
      await chmod(object, 0o644);
      await writeFile(object, 'garbage');
    });
    expect(broken).toMatchObject({ exit: 65, codes: ['git-refused'] });
  });
});

describe('clone-as-job chooses', () => {
  it('the commit where the remote did not say that it has the tag', async () => {
    await using checkout = await checkoutUnderTest(files);
    const refOf = async (...options: string[]) =>
      (await checkout.found([...options, ...run])).job.external_repo_attachments[0];
    expect(await refOf()).toMatchObject({ ref: 'v1', ref_type: 'tag' });
    expect(await refOf('--offline')).toMatchObject({
      ref: await checkout.git('rev-parse', 'HEAD'),
      ref_type: 'commit',
    });
  });

  it('a version before its candidates', async () => {
    await using checkout = await checkoutUnderTest(files);
    for (const tag of ['v2.0.0-rc1', 'v2.0.0', 'v2.0.0rc2', 'weekly']) await checkout.git('tag', tag);
    await checkout.git('push', '--quiet', 'origin', '--tags');
    expect((await checkout.found(run)).job.external_repo_attachments[0].ref).toBe('v2.0.0');
  });

  it('the remote that is named', async () => {
    await using checkout = await checkoutUnderTest(files);
    await checkout.git('remote', 'add', 'other', 'ssh://git@example.org/etl.git');
    const { job } = await checkout.found(['--remote', 'other', '--offline', '--allow', 'not-pushed', ...run]);
    expect(job.external_repo_attachments[0].url).toBe('ssh://git@example.org/etl.git');
    expect(await checkout.clone(['--remote', 'nobody', ...run])).toMatchObject({
      exit: 64,
      err: expect.stringContaining('there are: origin, other'),
    });
  });
});

describe('clone-as-job asks ssh', () => {
  // What ssh does is in the script; `$0.said` keeps what it was called with.
  const withSsh = async (script: string) => {
    const checkout = await checkoutUnderTest(files);
    const bin = join(checkout.folder, 'ssh-bin');
    await mkdir(bin);
    const ssh = join(bin, 'ssh');
    await writeFile(ssh, `#!/bin/sh\necho "$*" >> "$0.said"\necho $$ > "$0.pid"\n${script}\n`, { mode: 0o755 });
    await checkout.git('remote', 'set-url', 'origin', 'ssh://git@example.org/etl.git');
    const env = { HOME: checkout.home, PATH: `${bin}:${process.env.PATH}` };
    const said = (end: string) => readFile(`${ssh}.${end}`, 'utf8');
    return { checkout, ssh, env, said, [Symbol.asyncDispose]: () => checkout[Symbol.asyncDispose]() };
  };
  const isGone = (pid: string) => {
    try {
      process.kill(Number(pid), 0);
      return false;
    } catch {
      return true;
    }
  };

  it('without a terminal on which it could ask for a passphrase', async () => {
    await using place = await withSsh('echo "Enter passphrase:" > /dev/tty && read answer < /dev/tty');
    const main = new URL('../src/cli/main.ts', import.meta.url).pathname;
    const words = [process.execPath, main, 'clone-as-job', ...run].map((word) => `'${word}'`).join(' ');
    // `script` gives it a terminal of its own, on which nobody types.
    const { stdout } = await exec('script', ['--quiet', '--return', '--command', words, '/dev/null'], {
      cwd: place.checkout.dir,
      env: { ...place.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
    });
    expect(stdout).toContain('remote-not-asked');
    expect(stdout).not.toContain('Enter passphrase');
    expect(await place.said('said')).toContain('-o BatchMode=yes');
  });

  it("by the developer's own command", async () => {
    await using place = await withSsh('exit 255');
    const { clone, git } = place.checkout;
    await clone(run, { env: { ...place.env, GIT_SSH_COMMAND: 'ssh -i my-key' } });
    await git('config', 'core.sshCommand', 'ssh -i my-other-key');
    await clone(run, { env: place.env });
    await clone(run, { env: { ...place.env, GIT_SSH_COMMAND: `sh ${place.ssh} wrapped` } });
    const [first, second, third] = (await place.said('said')).split('\n');
    expect(first).toMatch(/^-i my-key -o BatchMode=yes .*example\.org/);
    expect(second).toMatch(/^-i my-other-key -o BatchMode=yes .*example\.org/);
    expect(third).toMatch(/^wrapped /);
  });

  it('for so long, and leaves nothing of it running', async () => {
    await using place = await withSsh('trap "" TERM HUP PIPE\nsleep 60\nsleep 60');
    const git = gitWith(place.env);
    const asked = git.ask(place.checkout.dir, ['ls-remote', 'origin'], { timeoutMs: 500 });
    await expect(asked).rejects.toThrow('git did not answer within 0.5 s');
    const pid = await place.said('pid');
    await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('and takes it along when it ends by %s itself', async (signal) => {
    await using place = await withSsh('trap "" INT TERM HUP PIPE\nsleep 60\nsleep 60');
    const cli = runyardProcess({ env: place.env, cwd: place.checkout.dir }, 'clone-as-job', ...run);
    const pid = await vi.waitFor(() => place.said('pid'), { timeout: 10_000 });
    cli.signal(signal);
    expect((await cli.said).exit).toBe(signal);
    await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
  });
});
