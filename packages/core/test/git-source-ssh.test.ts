import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { sshCommand } from '../src/adapters/shared/git/ssh-command.ts';
import { outcomeOf, repositories, sourceOf, spec } from './git-source-repositories.ts';

// There is no ssh server in these tests: a program of that name notes what it was given, and then is the other side.

async function fakeSsh(exitWith = '') {
  const dir = await mkdtemp(join(tmpdir(), 'runyard-ssh-'));
  const bin = join(dir, 'bin');
  await mkdir(bin);
  const script = `#!/bin/sh
printf '%s\\n' "$@" >> ${dir}/args
env >> ${dir}/env
for arg; do
  case "$arg" in IdentityFile=*) key=$(printf %s "\${arg#*=}" | tr -d '"'); stat -c %a "$key" >> ${dir}/mode; cat "$key" >> ${dir}/key;; esac
  case "$arg" in UserKnownHostsFile=*) cat "$(printf %s "\${arg#*=}" | tr -d '"')" >> ${dir}/hosts 2>/dev/null;; esac
done
${exitWith}
for last; do :; done
exec sh -c "$last"
`;
  await writeFile(join(bin, 'ssh'), script);
  await chmod(join(bin, 'ssh'), 0o755);
  return {
    env: { PATH: `${bin}:${process.env.PATH}` },
    noted: (name: string) => readFile(join(dir, name), 'utf8').catch(() => ''),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

it('the key lies in a file that only we may read, as long as git runs, and nowhere else', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using ssh = await fakeSsh();
  await using on = await sourceOf({ env: ssh.env });
  on.credentials.key = { kind: 'ssh', privateKey: 'PRIVATE', knownHosts: 'example.org ssh-ed25519 AAAA\n' };
  const wanted = spec(`git@example.org:${repo.dir}`, 'main', { credential: 'key' });
  expect(await on.resolve(wanted)).toBe(await repo.git('rev-parse', 'main'));
  expect(await ssh.noted('mode')).toBe('600\n');
  expect(await ssh.noted('key')).toBe('PRIVATE\n');
  expect(await ssh.noted('hosts')).toBe('example.org ssh-ed25519 AAAA\n');
  const args = (await ssh.noted('args')).split('\n');
  for (const arg of ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', 'git@example.org']) {
    expect(args).toContain(arg);
  }
  expect((await ssh.noted('args')) + (await ssh.noted('env'))).not.toContain('PRIVATE');
  expect(await readdir(join(on.host.dataDir, 'mirrors', '.runyard', 'keys'))).toEqual([]);
  if (process.platform !== 'linux') return;
  // In memory, where the machine has such a place.
  const key = /IdentityFile="(.+)"/.exec(args.join('\n'))?.[1] ?? '';
  expect((await statfs(dirname(dirname(key)))).type).toBe(0x01021994);
  expect(await readdir(dirname(dirname(key)))).not.toContain(basename(dirname(key)));
});

it.runIf(process.platform === 'linux')(
  'a key that a killed host left in memory is removed at the next start, and no other host’s',
  async () => {
    await using repos = await repositories();
    const repo = await repos.make('r');
    await using ssh = await fakeSsh();
    await using on = await sourceOf({ env: ssh.env });
    await using other = await sourceOf({ env: ssh.env });
    on.credentials.key = { kind: 'ssh', privateKey: 'PRIVATE' };
    const url = `git@example.org:${repo.dir}`;
    await on.resolve(spec(url, 'main', { credential: 'key' }));
    const key = /IdentityFile="(.+)"/.exec(await ssh.noted('args'))?.[1] ?? '';
    await mkdir(dirname(key), { mode: 0o700 });
    await writeFile(key, 'PRIVATE', { mode: 0o600 });
    try {
      other.credentials.key = on.credentials.key;
      await other.resolve(spec(url, 'main', { credential: 'key' }));
      expect(await readFile(key, 'utf8')).toBe('PRIVATE');
      await using next = await sourceOf({ env: ssh.env, dir: join(on.host.dataDir, 'mirrors') });
      await next.resolve(spec(url, 'main'));
      await expect(stat(key)).rejects.toMatchObject({ code: 'ENOENT' });
    } finally {
      await rm(dirname(key), { recursive: true, force: true });
    }
  },
);

it('without known hosts the first key of a server is accepted, and kept', async () => {
  await using repos = await repositories();
  const repo = await repos.make('r');
  await using ssh = await fakeSsh();
  await using on = await sourceOf({ env: ssh.env });
  await on.resolve(spec(`ssh://git@example.org${repo.dir}`, 'main'));
  const args = await ssh.noted('args');
  expect(args).toContain('StrictHostKeyChecking=accept-new');
  expect(args).toContain(`UserKnownHostsFile="${on.host.dataDir}/mirrors/.runyard/known_hosts"`);
  expect(args).toContain('IdentityFile=none'); // never a key of the host's
  expect(await ssh.noted('env')).not.toContain('SSH_AUTH_SOCK');
});

it.each([
  ['git@example.org: Permission denied (publickey).', 'start-failed', 'source-refused'],
  ['Host key verification failed.', 'start-failed', 'source-refused'],
  ['ERROR: Repository not found.', 'start-failed', 'source-refused'],
  ['Connection closed by remote host', 'infrastructure', 'source-unreachable'],
  ['ssh: connect to host example.org port 22: Connection timed out', 'infrastructure', 'source-unreachable'],
  ['kex_exchange_identification: read: Connection reset by peer', 'infrastructure', 'source-unreachable'],
])('%s', async (says, outcome, reason) => {
  await using ssh = await fakeSsh(`echo '${says}' >&2; exit 255`);
  await using on = await sourceOf({ env: ssh.env });
  on.credentials.key = { kind: 'ssh', privateKey: 'PRIVATE' };
  const failed = await outcomeOf(on.resolve(spec('git@example.org:x', null, { credential: 'key' })));
  expect(failed).toMatchObject({ class: outcome, reason, sentence: expect.stringContaining(says) });
  expect(await readdir(join(on.host.dataDir, 'mirrors', '.runyard', 'keys'))).toEqual([]);
});

it('ssh understands the options, whatever the folder is called', async () => {
  const folder = await mkdtemp(join(tmpdir(), `runyard-ssh %h "'$(x) `));
  try {
    const command = sshCommand({ key: join(folder, 'key'), knownHosts: { file: join(folder, 'hosts'), learn: false } });
    const { stdout } = await promisify(execFile)('sh', ['-c', `${command} -G example.org`]);
    expect(stdout).toContain('batchmode yes');
    expect(stdout).toContain('stricthostkeychecking true');
    expect(stdout).toContain('identityagent none');
    expect(stdout.replaceAll('%%', '%')).toContain(`identityfile ${folder}/key\n`);
    expect(stdout.replaceAll('%%', '%')).toContain(`userknownhostsfile ${folder}/hosts\n`);
  } finally {
    await rm(folder, { recursive: true });
  }
});
