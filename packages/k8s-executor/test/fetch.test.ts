import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { GitCredential, LaunchSource } from '@runyard/core';
import { isAttemptFailed } from '@runyard/core';
import { gitFailure } from '@runyard/core/executor-kit';
import { describe, expect, it } from 'vitest';
import { gitServer } from '../../../test/engines/git-server.ts';
import { fetchProgram } from '../src/manifest/scripts/fetch.ts';
import { gitAccess, sourcesToFetch } from '../src/manifest/scripts/source-to-fetch.ts';
import { type Running, runFirst } from './support/first-process.ts';
import { sourceOf } from './support/launches.ts';
import { namespaces, type PodFolder, podFolder, podTools, shells, writeProgram } from './support/pod-folder.ts';
import { type Repository, repository } from './support/repository.ts';

const tools = [...podTools, 'git'];

interface Fetching {
  sources: readonly Partial<LaunchSource>[];
  credentials?: readonly (GitCredential | null)[];
  knownHosts?: string;
  forAll?: boolean;
  path?: string;
}

/** Runs the container `source` with these. */
const fetching = (
  pod: PodFolder,
  { sources, credentials = [], knownHosts, forAll = false, path }: Fetching,
): Running => {
  const launch = { sources: sources.map(sourceOf) };
  const program = fetchProgram(sourcesToFetch(launch, credentials, { knownHosts }), { forAll, at: pod.at });
  if (knownHosts !== undefined) pod.secret('known_hosts', knownHosts);
  for (const [i, credential] of credentials.entries()) {
    if (credential?.kind === 'https') {
      pod.secret(`git.${i}.username`, credential.username);
      pod.secret(`git.${i}.password`, credential.password);
    } else if (credential?.kind === 'ssh') {
      pod.secret(`git.${i}.key`, credential.privateKey);
      if (credential.knownHosts) pod.secret(`git.${i}.known_hosts`, credential.knownHosts);
    }
  }
  return runFirst(pod, [pod.secret('fetch', program)], { PATH: path ?? `${pod.bin}:${process.env.PATH}` });
};

const fetchAll = async (pod: PodFolder, options: Fetching): Promise<string> => {
  const running = fetching(pod, options);
  expect([await running.ended, pod.message(), running.output()]).toEqual([0, '', expect.anything()]);
  return running.output();
};

/** The index, the exit code, and what git said. */
const failing = async (pod: PodFolder, options: Fetching) => {
  const code = await fetching(pod, options).ended;
  const [, index, told, words = ''] = /^.runyard-source (\d+) (\d+)\n([\s\S]*)$/.exec(pod.message()) ?? [];
  expect(Number(told)).toBe(code);
  return { index: Number(index), code, words: words.trimEnd() };
};

const hasLfs = spawnSync('git', ['lfs', 'version']).status === 0;

const login = { username: 'runyard-bot', password: 'hunter2 "x"' };
const password: GitCredential = { kind: 'https', ...login };

const read = (pod: PodFolder, path: string): string => readFileSync(join(pod.at.workspace, path), 'utf8');
const gitIn = (pod: PodFolder, path: string, ...args: string[]): string =>
  execFileSync('git', args, {
    cwd: join(pod.at.workspace, path),
    env: { PATH: process.env.PATH, HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' },
    encoding: 'utf8',
  }).trim();

describe.skipIf(!namespaces).each(shells)('what fetches the sources, by %s', (shell) => {
  it('brings exactly the commit, without its history, under the url that was asked for', async () => {
    using pod = podFolder(shell, { tools });
    const repo = repository(join(pod.at.root, 'served/code'));
    const commit = repo.commit({ 'a.txt': 'second\n' });
    repo.commit({ 'a.txt': 'third\n' });
    await using server = await gitServer({ root: join(pod.at.root, 'served') });
    const url = `${server.url}/code`;
    const output = await fetchAll(pod, { sources: [{ url, commit }] });
    expect(output).toContain(`${url} at ${commit} into .`);
    expect(read(pod, 'a.txt')).toBe('second\n');
    expect(gitIn(pod, '.', 'rev-list', '--all', 'HEAD')).toBe(commit);
    expect(gitIn(pod, '.', 'remote', 'get-url', 'origin')).toBe(url);
    expect(gitIn(pod, '.', 'status', '--porcelain', '--branch')).toBe('## HEAD (no branch)');
    expect(existsSync(join(pod.at.workspace, '.git/hooks'))).toBe(false);
  });

  it('puts one source into another, whatever their order, and begins anew where it had begun before', async () => {
    using pod = podFolder(shell, { tools });
    const served = join(pod.at.root, 'served');
    const [outer, inner] = ['outer', 'inner'].map((name) => repository(join(served, name)));
    await using server = await gitServer({ root: served });
    const sources = [
      { url: `${server.url}/inner`, commit: inner?.commit({ 'a.txt': 'inner\n' }) ?? '', path: "lib/it's/inner" },
      { url: `${server.url}/outer`, commit: outer?.commit({ 'a.txt': 'outer\n' }) ?? '' },
    ];
    await fetchAll(pod, { sources });
    await fetchAll(pod, { sources });
    expect([read(pod, 'a.txt'), read(pod, "lib/it's/inner/a.txt")]).toEqual(['outer\n', 'inner\n']);
  });

  it('asks for everything where the server gives no single commits away', async () => {
    using pod = podFolder(shell, { tools });
    const repo = repository(join(pod.at.root, 'served/code'));
    const commit = repo.commit({ 'a.txt': 'second\n' });
    repo.commit({ 'a.txt': 'third\n' });
    const before = (request: IncomingMessage): boolean => {
      delete request.headers['git-protocol']; // the old protocol, which knows such servers
      return false;
    };
    await using server = await gitServer({ root: join(pod.at.root, 'served'), before });
    await fetchAll(pod, { sources: [{ url: `${server.url}/code`, commit }] });
    expect(read(pod, 'a.txt')).toBe('second\n');
    const { words, code } = await failing(pod, { sources: [{ url: `${server.url}/code`, commit: 'b'.repeat(40) }] });
    expect(code).toBe(128);
    const { outcome } = gitFailure(words, { url: 'x', commit: 'y' });
    expect(outcome).toMatchObject({ class: 'start-failed', reason: 'ref-not-found' });
  });

  it('shows user name and password to that server alone, and leaves them nowhere', async () => {
    using pod = podFolder(shell, { tools });
    const served = join(pod.at.root, 'served');
    const made = (name: string): Repository => repository(join(served, name));
    const [code, own, foreign] = [made('code'), made('own'), made('foreign')] as const;
    const shown: string[] = [];
    const before = (request: IncomingMessage): boolean => {
      shown.push(request.headers.authorization ?? 'nothing');
      return false;
    };
    await using server = await gitServer({ root: served, login });
    await using other = await gitServer({ root: served, before });
    const head = (repo: Repository): string => repo.git('rev-parse', 'HEAD');
    const commit = code.submodules({
      own: { url: '../own', commit: head(own) },
      foreign: { url: `${other.url}/foreign`, commit: head(foreign) },
    });
    const source = { url: `${server.url}/code`, commit, submodules: true };
    const output = await fetchAll(pod, { sources: [source], credentials: [password] });
    expect([read(pod, 'own/a.txt'), read(pod, 'foreign/a.txt')]).toEqual(['first\n', 'first\n']);
    expect(new Set(shown)).toEqual(new Set(['nothing']));
    const searched = ['-rlE', 'hunter2|runyard-bot', pod.at.workspace, pod.at.home];
    expect(spawnSync('grep', searched, { encoding: 'utf8' }).stdout).toBe('');
    expect(output).not.toContain('hunter2');
  });

  it('does not show them to another server that asks for some', async () => {
    using pod = podFolder(shell, { tools });
    const served = join(pod.at.root, 'served');
    const made = (name: string): Repository => repository(join(served, name));
    const [code, foreign] = [made('code'), made('foreign')] as const;
    const shown: string[] = [];
    const before = (request: IncomingMessage): boolean => {
      shown.push(request.headers.authorization ?? 'nothing');
      return false;
    };
    await using server = await gitServer({ root: served, login });
    await using other = await gitServer({ root: served, login, before });
    const linked = { url: `${other.url}/foreign`, commit: foreign.git('rev-parse', 'HEAD') };
    const source = { url: `${server.url}/code`, commit: code.submodules({ foreign: linked }), submodules: true };
    const { words } = await failing(pod, { sources: [source], credentials: [password] });
    expect(words).toMatch(/could not read Username/);
    expect(new Set(shown)).toEqual(new Set(['nothing']));
  });

  it('tells a refusal from a server that cannot be reached', async () => {
    using pod = podFolder(shell, { tools });
    repository(join(pod.at.root, 'served/code'));
    const server = await gitServer({ root: join(pod.at.root, 'served'), login });
    const url = `${server.url}/code`;
    const outcomeOf = async (credentials: (GitCredential | null)[]) => {
      const { index, words } = await failing(pod, { sources: [{ url }], credentials });
      expect(index).toBe(0);
      const { outcome } = gitFailure(words, { url, commit: 'x' });
      return 'reason' in outcome ? outcome.reason : outcome.class;
    };
    expect(await outcomeOf([])).toBe('source-refused');
    expect(await outcomeOf([{ ...password, password: 'wrong' } as GitCredential])).toBe('source-refused');
    await server[Symbol.asyncDispose]();
    expect(await outcomeOf([])).toBe('source-unreachable');
  });

  it('never leaves the workspace, nor a transport that was judged', async () => {
    using pod = podFolder(shell, { tools });
    const served = join(pod.at.root, 'served');
    const repo = repository(join(served, 'code'));
    symlinkSync('../elsewhere', join(repo.dir, 'conf'));
    mkdirSync(join(pod.at.root, 'elsewhere'));
    const commit = repo.commit({ 'full/file': '' });
    await using server = await gitServer({ root: served });
    const url = `${server.url}/code`;
    const beside = async (path: string) =>
      failing(pod, {
        sources: [
          { url, commit },
          { url, commit, path },
        ],
      });
    for (const path of ['conf', 'conf/x', 'conf/x/y'])
      expect(await beside(path)).toMatchObject({ index: 1, code: 65, words: expect.stringContaining(path) });
    expect((await beside('full')).words).toBe('The folder for the source is not empty: full');
    expect(existsSync(join(pod.at.root, 'elsewhere/.git'))).toBe(false);
    // A submodule may name any url.
    const evil = repo.submodules({ bad: { url: `file://${repo.dir}`, commit } });
    const { words } = await failing(pod, { sources: [{ url, commit: evil, submodules: true }] });
    expect(words).toMatch(/transport 'file' not allowed/);
  });

  it.skipIf(!hasLfs)('brings the files that LFS keeps, with the credential of their repository', async () => {
    using pod = podFolder(shell, { tools });
    const repo = repository(join(pod.at.root, 'served/code'));
    const content = 'the large file\n';
    const oid = createHash('sha256').update(content).digest('hex');
    const commit = repo.commit({
      '.gitattributes': '*.big filter=lfs diff=lfs merge=lfs -text\n',
      'x.big': `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`,
    });
    const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
    // The two requests of the LFS protocol.
    const before = (request: IncomingMessage, response: ServerResponse): boolean => {
      if (request.url === '/file') return !!response.end(content);
      if (!request.url?.endsWith('/objects/batch')) return false;
      if (request.headers.authorization !== basic)
        return !!response.writeHead(401, { 'lfs-authenticate': 'Basic' }).end();
      const actions = { download: { href: `${server.url}/file` } };
      const objects = [{ oid, size: content.length, authenticated: true, actions }];
      response.writeHead(200, { 'content-type': 'application/vnd.git-lfs+json' });
      return !!response.end(JSON.stringify({ transfer: 'basic', objects }));
    };
    await using server = await gitServer({ root: join(pod.at.root, 'served'), login, before });
    const source = { url: `${server.url}/code`, commit, lfs: true };
    await fetchAll(pod, { sources: [source], credentials: [password] });
    expect(read(pod, 'x.big')).toBe(content);
    expect(gitIn(pod, '.', 'status', '--porcelain')).toBe('');
  });

  it('says that git-lfs is missing where it is', async () => {
    using pod = podFolder(shell, { tools });
    const repo = repository(join(pod.at.root, 'served/code'));
    await using server = await gitServer({ root: join(pod.at.root, 'served') });
    const sources = [{ url: `${server.url}/code`, commit: repo.git('rev-parse', 'HEAD'), lfs: true }];
    expect(await failing(pod, { sources, path: pod.bin })).toMatchObject({
      code: 65,
      words: expect.stringMatching(/git-lfs is not in the image.*`gitImage`/),
    });
  });

  it('reads repositories with SHA-256', async () => {
    using pod = podFolder(shell, { tools });
    const repo = repository(join(pod.at.root, 'served/code'), '--object-format=sha256');
    await using server = await gitServer({ root: join(pod.at.root, 'served') });
    const commit = repo.git('rev-parse', 'HEAD');
    expect(commit).toHaveLength(64);
    await fetchAll(pod, { sources: [{ url: `${server.url}/code`, commit }] });
    expect(read(pod, 'a.txt')).toBe('first\n');
  });

  it('leaves a workspace that everybody in the pod can write, where the job’s user is not known', async () => {
    using pod = podFolder(shell, { tools });
    const repo = repository(join(pod.at.root, 'served/code'));
    await using server = await gitServer({ root: join(pod.at.root, 'served') });
    const sources = [{ url: `${server.url}/code`, commit: repo.commit({ 'dir/b.txt': '' }) }];
    const modes = () => ['dir', 'dir/b.txt'].map((path) => statSync(join(pod.at.workspace, path)).mode & 0o777);
    await fetchAll(pod, { sources });
    expect(modes()).toEqual([0o755, 0o644]);
    await fetchAll(pod, { sources, forAll: true });
    expect(modes()).toEqual([0o777, 0o666]);
    expect(readFileSync(join(pod.at.home, '.gitconfig'), 'utf8')).toContain('directory = *');
  });

  it('ends at once when it is told to', async () => {
    using pod = podFolder(shell, { tools });
    let asked = (): void => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const before = (): boolean => {
      asked();
      return true; // and never answers
    };
    await using server = await gitServer({ root: pod.at.root, before });
    const running = fetching(pod, { sources: [{ url: `${server.url}/code` }] });
    await isAsked;
    running.signal('SIGTERM');
    expect(await running.ended).toBe(143);
    expect(pod.message()).toMatch(/^.runyard-source 0 143\n/);
  });

  describe('over ssh', () => {
    // A program of that name notes what it was given, and then is the other side.
    const fakeSsh = (pod: PodFolder): void =>
      writeProgram(
        join(pod.bin, 'ssh'),
        `#!/bin/sh
printf '%s\\n' "$*" >>${pod.at.root}/calls
for arg; do
  case $arg in IdentityFile=*/key\\") key=$(printf %s "\${arg#*=}" | tr -d '"'); stat -c '%a' "$key"; cat "$key" ;; esac
done >>${pod.at.root}/keys
for last; do :; done
exec sh -c "$last"
`,
      );
    const ssh = { kind: 'ssh' as const, privateKey: 'PRIVATE\n' };

    it('has the key and the host keys of the source, and learns none', async () => {
      using pod = podFolder(shell, { tools });
      fakeSsh(pod);
      const repo = repository(join(pod.at.root, 'served/code'));
      const source = { url: `ssh://git@git.example:2222${repo.dir}`, commit: repo.git('rev-parse', 'HEAD') };
      const credentials = [{ ...ssh, knownHosts: 'git.example ssh-ed25519 AAAA\n' }];
      await fetchAll(pod, { sources: [source], credentials, knownHosts: 'host' });
      expect(read(pod, 'a.txt')).toBe('first\n');
      const [call = ''] = readFileSync(join(pod.at.root, 'calls'), 'utf8').split('\n');
      for (const part of [
        'StrictHostKeyChecking=yes',
        `UserKnownHostsFile="${pod.at.secret}/git.0.known_hosts"`,
        `IdentityFile="${pod.at.git}/key"`,
        '-p 2222 git@git.example',
      ])
        expect(call).toContain(part);
      expect(call).not.toContain('PRIVATE');
      expect(readFileSync(join(pod.at.root, 'keys'), 'utf8')).toMatch(/^(600\nPRIVATE\n)+$/);
    });

    it('gives the key to no other server, and takes the host’s known keys for it', async () => {
      using pod = podFolder(shell, { tools });
      fakeSsh(pod);
      const made = (name: string): Repository => repository(join(pod.at.root, 'served', name));
      const [code, lib] = [made('code'), made('lib')] as const;
      const linked = { url: `git@elsewhere.example:${lib.dir}`, commit: lib.git('rev-parse', 'HEAD') };
      const commit = code.submodules({ lib: linked });
      const source = { url: `git@git.example:${code.dir}`, commit, submodules: true };
      await fetchAll(pod, { sources: [source], credentials: [ssh], knownHosts: 'git.example ssh-ed25519 AAAA\n' });
      expect(read(pod, 'lib/a.txt')).toBe('first\n');
      const calls = readFileSync(join(pod.at.root, 'calls'), 'utf8').trim().split('\n');
      const identities = calls.map((call) =>
        [/@(\w+)\./.exec(call)?.[1], /IdentityFile=(\S+)/.exec(call)?.[1]].join(' '),
      );
      expect(new Set(identities)).toEqual(new Set([`git "${pod.at.git}/key"`, 'elsewhere none']));
      expect(calls.every((call) => call.includes(`UserKnownHostsFile="${pod.at.secret}/known_hosts"`))).toBe(true);
    });
  });
});

describe('a source that can never be fetched by a pod', () => {
  it.each([
    ['git@git.example:x.git', null, /No host keys are known for git\.example.*`knownHosts`/],
    ['git@git.example:x.git', password, /credential is one for https/],
    ['https://git.example/x.git', { kind: 'ssh', privateKey: 'K' } as const, /credential is one for ssh/],
    ['/srv/x.git', null, /no url that the cluster could reach/],
    ['https://git.example/x\n.git', null, /no url that the cluster could reach/],
  ])('%j is refused before it is tried', (url, credential, sentence) => {
    try {
      sourcesToFetch({ sources: [sourceOf({ url })] }, [credential], { knownHosts: undefined });
      expect.unreachable();
    } catch (error) {
      if (!isAttemptFailed(error)) throw error;
      expect(error.outcome).toMatchObject({ class: 'start-failed', reason: 'invalid-source' });
      expect(error.outcome.sentence).toMatch(sentence);
    }
  });
});

it('a password that is for one server is shown to that one alone, whatever the url is', () => {
  const credential = { ...password, origin: 'https://git.example:8443' } as const;
  const { httpsOrigin } = gitAccess('https://other.example/x.git', credential, { knownHosts: undefined });
  expect(httpsOrigin).toBe('https://git.example:8443');
});
