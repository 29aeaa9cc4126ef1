import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { gitServer } from '../../../test/engines/git-server.ts';
import { sshdRuns, sshServer } from '../../../test/engines/ssh-server.ts';
import { newKeyPair } from '../src/access/git/new-key-pair.ts';
import { publicKeyLine } from '../src/access/git/public-key.ts';
import type { SealedDocument } from '../src/access/vault/vault.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import type { SshCredentialView } from '../src/services/git-credentials/api.ts';
import { addSubmodule, repositories } from './git-source-repositories.ts';
import { gitHost, owner, processList } from './support/git-host.ts';

// Credentials of `runyard.gitCredentials`, used by whole runs against real git servers on loopback.

const refused = { state: 'failed', reason: 'source-refused' };
const secretLines = (privateKey: string): string[] => privateKey.trim().split('\n').slice(1, -1);

const disposeAll = async (...parts: AsyncDisposable[]): Promise<void> => {
  for (const part of parts) await part[Symbol.asyncDispose]();
};

describe.skipIf(!sshdRuns)('over ssh', () => {
  const setUp = async () => {
    const repos = await repositories();
    const repo = await repos.make('code');
    const server = await sshServer();
    const host = await gitHost();
    const knownHosts = await server.knownHosts();
    const credential = await host.runyard.gitCredentials.create({ kind: 'ssh', name: 'deploy', owner, knownHosts });
    const source = { url: server.url(repo.dir), credential: 'deploy' };
    return {
      repos,
      repo,
      server,
      host,
      credential,
      source,
      [Symbol.asyncDispose]: () => disposeAll(host, server, repos),
    };
  };

  it('a pair that was made fetches once its public half is among the deploy keys', async () => {
    await using on = await setUp();
    await on.server.allow(on.credential.publicKey);
    const { run, log } = await on.host.run(on.source);
    expect([run.state, run.sentence, log]).toEqual(['succeeded', expect.anything(), expect.stringContaining('a\n')]);
  });

  it('a pair that was given fetches; none of it is told or lies anywhere, also not while git runs', async () => {
    await using on = await setUp();
    const { privateKey, blob } = newKeyPair('mine');
    const { id } = on.credential;
    await on.host.runyard.gitCredentials.update(id, { privateKey });
    await on.server.allow(publicKeyLine(blob, 'mine'));
    const seen: string[] = [];
    on.server.onConnection(() => void seen.push(processList()));
    expect(await on.host.run(on.source)).toMatchObject({ run: { state: 'succeeded' } });
    await on.host.runyard.gitCredentials.update(id, { newPair: true });
    // Nothing is fetched for a credential that has never fetched, however much is known here.
    expect(await on.host.run(on.source)).toMatchObject({ run: refused });
    expect(seen.join()).toMatch(/ssh .*git-upload-pack/);
    const all = [...seen, ...(await on.host.everything())].join();
    expect(all).toContain('SHA256:');
    for (const line of secretLines(privateKey)) expect(all).not.toContain(line);
  });

  it('a key that is not among the deploy keys is refused, with which one it was and what to do', async () => {
    await using on = await setUp();
    await on.server.allow(publicKeyLine(newKeyPair('another').blob, 'another'));
    const { run } = await on.host.run(on.source);
    expect(run).toMatchObject({
      ...refused,
      sentence: expect.stringMatching(
        /Permission denied.*'deploy' was used: its public key has to be among the deploy/s,
      ),
    });
  });

  it('a host key that has changed is refused before the key is shown, with a sentence that tells what to do', async () => {
    await using on = await setUp();
    await on.server.allow(on.credential.publicKey);
    await on.host.run(on.source);
    await on.server.changeHostKey();
    const { run } = await on.host.run(on.source);
    expect(run).toMatchObject({
      ...refused,
      sentence: expect.stringMatching(/another host key than the one that is pinned.*scanHost.*`knownHosts`/s),
    });
    expect(run.sentence).not.toContain('deploy keys');
    expect(on.server.log().match(/Accepted publickey/g)).toHaveLength(1);

    const { scanHost, update } = on.host.runyard.gitCredentials;
    const scanned = await scanHost('127.0.0.1', { port: on.server.port });
    expect(scanned.keys).toMatchObject([{ type: 'ssh-ed25519', host: `[127.0.0.1]:${on.server.port}` }]);
    expect(scanned.knownHosts).toBe(await on.server.knownHosts());
    // Having looked is not believing.
    expect(await on.host.run(on.source)).toMatchObject({ run: refused });
    await update(on.credential.id, { knownHosts: scanned.knownHosts });
    expect(await on.host.run(on.source)).toMatchObject({ run: { state: 'succeeded' } });
  });

  it('a host that is not pinned is refused, and none is believed at first sight', async () => {
    await using on = await setUp();
    await on.server.allow(on.credential.publicKey);
    const published = (await on.host.runyard.gitCredentials.create({
      ...{ kind: 'ssh', name: 'other', owner },
    } as never)) as SshCredentialView;
    await on.server.allow(on.credential.publicKey, published.publicKey);
    for (const knownHosts of [undefined, '']) {
      if (knownHosts !== undefined) await on.host.runyard.gitCredentials.update(published.id, { knownHosts });
      const { run } = await on.host.run({ ...on.source, credential: 'other' });
      expect(run).toMatchObject({
        ...refused,
        sentence: expect.stringMatching(/is not known, and none is believed at first sight.*scanHost/s),
      });
    }
    expect(on.server.log()).not.toContain('Accepted');
  });

  it('a private submodule on the same server gets the key, one on another server does not', async () => {
    await using on = await setUp();
    await using elsewhere = await sshServer();
    await on.server.allow(on.credential.publicKey);
    await elsewhere.allow(on.credential.publicKey);
    const lib = await on.repos.make('lib');
    const commit = await lib.commit({ 'a.txt': 'of the submodule\n' });
    await addSubmodule(on.repo, { path: 'sub', url: '../lib', commit });
    const knownHosts = `${await on.server.knownHosts()}${await elsewhere.knownHosts()}`;
    await on.host.runyard.gitCredentials.update(on.credential.id, { knownHosts });
    const withSub = { ...on.source, submodules: true };
    expect(await on.host.run(withSub)).toMatchObject({
      run: { state: 'succeeded' },
      log: expect.stringContaining('of the submodule'),
    });

    const other = await on.repos.make('other');
    await addSubmodule(other, { path: 'sub', url: elsewhere.url(lib.dir), commit });
    const { run } = await on.host.run({ ...withSub, url: on.server.url(other.dir) });
    expect(run).toMatchObject({
      ...refused,
      sentence: expect.stringMatching(
        /No credential was used \(a submodule gets that of its parent on the same server/,
      ),
    });
    expect(elsewhere.log()).not.toContain('Accepted');
  });

  it('a job may use its owner’s credentials only', async () => {
    await using on = await setUp();
    await on.server.allow(on.credential.publicKey);
    await expect(on.host.run(on.source, { owner: 'group:others' })).rejects.toMatchObject({
      code: 'missing-access',
      message: expect.stringContaining("group:others has no git credential 'deploy'"),
    });
    expect(on.server.connections()).toBe(0);
  });
});

it('a credential that nobody can open ends the run with what is wrong with it, and reaches no server', async () => {
  const store = memoryStore();
  await using host = await gitHost({ store });
  const given = { kind: 'https', name: 'deploy', owner, host: 'http://127.0.0.1:1', token: 'x' } as const;
  const { id } = await host.runyard.gitCredentials.create(given);
  const source = { url: 'http://127.0.0.1:1/code', credential: 'deploy' };
  const change = async (sealed: object): Promise<void> => {
    const document = (await store.document('git-credential', id)) as SealedDocument;
    const data = { ...document.data, sealed: { ...document.data.sealed, ...sealed } };
    const next = { ...document, data, revision: document.revision + 1 };
    await store.commit([[{ kind: 'document.update', document: next, expectRevision: document.revision }]]);
  };
  await change({ box: Buffer.alloc(64).toString('base64') });
  expect(await host.run(source)).toMatchObject({ run: { state: 'failed', reason: 'value-damaged' } });
  await change({ key: 'k0' });
  expect(await host.run(source)).toMatchObject({
    run: { state: 'failed', reason: 'key-missing', sentence: expect.stringContaining("'k0'") },
  });
});

describe('scanHost', () => {
  it('says so where no server answers, and asks for nothing but one host', async () => {
    await using host = await gitHost();
    const { scanHost } = host.runyard.gitCredentials;
    await expect(scanHost('127.0.0.1', { port: 1 })).rejects.toMatchObject({
      code: 'source-unreachable',
      message: expect.stringContaining('127.0.0.1, port 1'),
    });
    for (const name of ['-oProxyCommand=x', 'git@example.org', 'a,b', '', '10.0.0.0/8'])
      await expect(scanHost(name)).rejects.toMatchObject({ code: 'invalid-credential', field: 'host' });
    await expect(scanHost('127.0.0.1', { port: 70_000 })).rejects.toMatchObject({ field: 'port' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(scanHost('127.0.0.1', { port: 1, signal })).rejects.toThrow('enough');
  });
});

describe('over https', () => {
  const token = 'glpat-hunter2-is-a-token';

  const setUp = async () => {
    const repos = await repositories();
    const repo = await repos.make('code');
    const login = { username: 'bot', password: token };
    const seen: string[] = [];
    const before = (): boolean => {
      seen.push(processList());
      return false;
    };
    const server = await gitServer({ root: repos.folder, login, before });
    const host = await gitHost();
    const given = { kind: 'https', name: 'deploy', owner, host: server.url, username: 'bot', token } as const;
    const credential = await host.runyard.gitCredentials.create(given);
    const source = { url: `${server.url}/code/.git`, credential: 'deploy' };
    return {
      repos,
      repo,
      server,
      host,
      seen,
      login,
      credential,
      source,
      [Symbol.asyncDispose]: () => disposeAll(host, server, repos),
    };
  };

  it('a token fetches, and is told or lies nowhere, also not in an argument while git runs', async () => {
    await using on = await setUp();
    expect(await on.host.run(on.source)).toMatchObject({
      run: { state: 'succeeded' },
      log: expect.stringContaining('a\n'),
    });
    expect(on.seen.join()).toContain('git-remote-http');
    const base64 = Buffer.from(`bot:${token}`).toString('base64');
    const all = [...on.seen, ...(await on.host.everything())].join();
    expect(all).toContain(on.server.url);
    for (const secret of [token, 'hunter2', base64]) expect(all).not.toContain(secret);
  });

  it('a token that was revoked is refused, with which one it was and how to give another', async () => {
    await using on = await setUp();
    await on.host.run(on.source);
    on.login.password = 'the-next-token';
    const { run } = await on.host.run(on.source);
    expect(run).toMatchObject({
      ...refused,
      sentence: expect.stringMatching(
        /\. The credential 'deploy' was used: its token may have been revoked.*give it to the credential/s,
      ),
    });
    await on.host.runyard.gitCredentials.update(on.credential.id, { token: 'the-next-token' });
    expect(await on.host.run(on.source)).toMatchObject({ run: { state: 'succeeded' } });
  });

  it('a token goes to its host and port alone: a source elsewhere does not get it, whoever fetches', async () => {
    await using on = await setUp();
    const shown: string[] = [];
    const before = (request: IncomingMessage): boolean => {
      shown.push(request.headers.authorization ?? 'nothing');
      return false;
    };
    await using thief = await gitServer({ root: on.repos.folder, login: on.login, before });
    const { run } = await on.host.run({ ...on.source, url: `${thief.url}/code/.git` });
    expect(run).toMatchObject({
      state: 'failed',
      reason: 'invalid-source',
      sentence: expect.stringContaining(`'deploy' is for ${on.server.url} alone, and is not given to ${thief.url}`),
    });
    expect(shown).toEqual([]);

    const lib = await on.repos.make('lib');
    await addSubmodule(on.repo, {
      path: 'sub',
      url: `${thief.url}/lib/.git`,
      commit: await lib.git('rev-parse', 'HEAD'),
    });
    const second = await on.host.run({ ...on.source, submodules: true });
    expect(second.run).toMatchObject({ ...refused, sentence: expect.stringContaining(thief.url) });
    expect(new Set(shown)).toEqual(new Set(['nothing']));
  });

  it('a private submodule on the same host gets the token', async () => {
    await using on = await setUp();
    const lib = await on.repos.make('lib');
    const commit = await lib.commit({ 'a.txt': 'of the submodule\n' });
    await addSubmodule(on.repo, { path: 'sub', url: `${on.server.url}/lib/.git`, commit });
    const { run, log } = await on.host.run({ ...on.source, submodules: true });
    expect([run.state, run.sentence, log]).toEqual([
      'succeeded',
      expect.anything(),
      expect.stringContaining('of the submodule'),
    ]);
  });

  it('a repository that asks for a credential says so to whom named none', async () => {
    await using on = await setUp();
    const { run } = await on.host.run({ url: on.source.url });
    expect(run).toMatchObject({ ...refused, sentence: expect.stringContaining('No credential was used') });
  });
});
