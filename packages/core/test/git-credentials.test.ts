import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newKeyPair } from '../src/access/git/new-key-pair.ts';
import type { SshCredentialView } from '../src/services/git-credentials/api.ts';
import { type People, people } from './support/people.ts';

const key = (id: string) => ({ id, key: randomBytes(32) });
const token = 'ghp_hunter2-is-a-token-0123456789';
const https = { kind: 'https', name: 'deploy', host: 'git.example.org', token } as const;

const withKeys = (): Promise<People> => people({ encryptionKeys: [key('k1')] });

const reject = async (promise: Promise<unknown> | undefined) =>
  (await promise?.then(
    () => ({ code: 'none', message: 'none' }),
    (error: unknown) => error,
  )) as { code: string; message: string; field?: string; id?: string };

describe('what is told of a git credential', () => {
  it('is the public half of a pair that was made, to be pasted as a deploy key', async () => {
    await using p = await withKeys();
    const owner = `group:${(await p.all.groups.create({ name: 'lab' })).id}`;
    const view = await p.all.gitCredentials.create({ kind: 'ssh', name: 'deploy', owner });
    expect(view).toMatchObject({
      kind: 'ssh',
      owner,
      publicKey: expect.stringMatching(/^ssh-ed25519 AAAA\S+ runyard: deploy$/),
      fingerprint: expect.stringMatching(/^SHA256:\S{43}$/),
      knownHosts: expect.stringContaining('github.com ssh-ed25519 '),
      keyId: 'k1',
    });
    expect(await p.all.gitCredentials.get(view.id)).toEqual(view);
    expect((await p.all.gitCredentials.list({ owner, name: 'deploy' })).items).toEqual([view]);
  });

  it('is never its secret half: not in views, lists, the store, the audit trail, errors or events', async () => {
    await using p = await withKeys();
    const { privateKey } = newKeyPair('x');
    const body = privateKey.split('\n')[3] ?? '';
    const views = [
      await p.all.gitCredentials.create({ ...https }),
      await p.all.gitCredentials.create({ kind: 'ssh', name: 'given', privateKey }),
    ];
    const changed = await p.all.gitCredentials.update(views[0]?.id ?? '', { token: `${token}-2`, username: 'bot' });
    const errors = [
      await reject(p.all.gitCredentials.create({ ...https, token: `${token}\n` })),
      await reject(p.all.gitCredentials.create({ ...https, name: 'x', token: { token } as never })),
      await reject(p.all.gitCredentials.create({ kind: 'ssh', name: 'x', privateKey: privateKey.slice(0, -60) })),
      await reject(p.all.gitCredentials.create({ kind: 'ssh', name: 'x', token } as never)),
      await reject(p.all.gitCredentials.update(views[1]?.id ?? '', { token })),
      await reject(p.all.gitCredentials.create({ ...https })),
    ];
    expect(errors.map(({ code }) => code)).toEqual([
      'invalid-credential',
      'invalid-credential',
      'invalid-credential',
      'unknown-field',
      'unknown-field',
      'name-in-use',
    ]);
    const told = JSON.stringify([
      views,
      changed,
      errors.map((error) => ({ ...error, message: error.message })),
      await p.all.gitCredentials.list(),
      await p.store.documents({ kind: 'git-credential', limit: 10 }),
      await p.store.audit({ limit: 1000 }),
      p.t.events,
    ]);
    expect(told).toContain('SHA256:');
    for (const secret of [token, 'hunter2', body]) expect(told).not.toContain(secret);
  });

  it('in the audit trail is what was done and to which key, by whom', async () => {
    await using p = await withKeys();
    const { id, fingerprint } = await p.all.gitCredentials.create({ kind: 'ssh', name: 'deploy' });
    const next = (await p.all.gitCredentials.update(id, { newPair: true })) as SshCredentialView;
    await p.all.gitCredentials.update(id, {});
    await p.all.gitCredentials.remove(id);
    const { items } = await p.all.audit.list({ subject: id });
    expect(items.map(({ action, details }) => [action, details]).reverse()).toEqual([
      ['git-credential.created', { kind: 'ssh', fingerprint }],
      ['git-credential.changed', { kind: 'ssh', fingerprint: next.fingerprint, changed: ['newPair'] }],
      ['git-credential.removed', {}],
    ]);
    expect(next.fingerprint).not.toBe(fingerprint);
  });
});

describe('a git credential', () => {
  it('belongs to its owner: of another’s nobody is told that it is there', async () => {
    await using p = await withKeys();
    const [ann, bob] = [await p.user('ann'), await p.user('bob')];
    const mine = await (await ann.as()).gitCredentials.create({ kind: 'ssh', name: 'deploy' });
    expect(mine.owner).toBe(`user:${ann.id}`);
    const his = (await bob.as()).gitCredentials;
    for (const refused of [his.get(mine.id), his.update(mine.id, { newPair: true }), his.remove(mine.id)])
      expect(await reject(refused)).toMatchObject({ code: 'credential-not-found' });
    expect((await his.list()).items).toEqual([]);
    expect(await reject(his.create({ ...https, owner: `user:${ann.id}` }))).toMatchObject({ code: 'forbidden' });
    expect(await his.create({ kind: 'ssh', name: 'deploy' })).toMatchObject({ owner: `user:${bob.id}` });
    expect(await reject((await ann.as()).gitCredentials.create({ ...https }))).toMatchObject({
      code: 'name-in-use',
      id: mine.id,
    });
  });

  it('is changed only by who may write secrets; a job’s reader may look at its public half', async () => {
    await using p = await withKeys();
    const ann = await p.user('ann');
    const { id } = await (await ann.as()).gitCredentials.create({ kind: 'ssh', name: 'deploy' });
    const bearer = async (scope: string) => {
      const minted = await p.all.tokens.mint({ name: scope, userId: ann.id, scopes: [scope as 'jobs:read'] });
      return (await p.bearer(minted.token))?.gitCredentials;
    };
    const reader = await bearer('jobs:read');
    expect(await reader?.get(id)).toMatchObject({ name: 'deploy' });
    for (const refused of [
      reader?.create({ kind: 'ssh', name: 'x' }),
      reader?.update(id, { newPair: true }),
      reader?.remove(id),
      reader?.scanHost('127.0.0.1', { port: 1 }),
    ])
      expect(await reject(refused)).toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining("'secrets:write'"),
      });
    expect(await (await bearer('secrets:write'))?.update(id, { newPair: true })).toMatchObject({ name: 'deploy' });
  });

  it('keeps its owner from being removed', async () => {
    await using p = await withKeys();
    const group = await p.all.groups.create({ name: 'lab' });
    const { id } = await p.all.gitCredentials.create({ kind: 'ssh', name: 'deploy', owner: `group:${group.id}` });
    expect(await reject(p.all.groups.remove(group.id))).toMatchObject({ code: 'owner-in-use', id });
  });

  it('is not removed while a source of its owner’s jobs names it, unless that is what was meant', async () => {
    await using p = await withKeys();
    const [owner, other] = [(await p.user('ann')).view, (await p.user('bob')).view].map(({ id }) => `user:${id}`);
    const { id } = await p.all.gitCredentials.create({ kind: 'ssh', name: 'deploy', owner: owner ?? '' });
    const source = { url: 'git@git.example.org:lab/code.git', credential: 'deploy' };
    const fields = { command: 'x', sources: [{ url: 'https://git.example.org/a' }, source] };
    const job = await p.all.jobs.create({ name: 'a', owner: owner ?? '', ...fields });
    await p.all.jobs.create({ name: 'a', owner: other ?? '', ...fields });
    expect(await reject(p.all.gitCredentials.remove(id))).toMatchObject({
      code: 'credential-in-use',
      id: job.id,
      message: expect.stringMatching(/'deploy' is named by a source of the job 'a' \(\w+\)\. Take it off/),
    });
    await p.all.gitCredentials.remove(id, { allowInUse: true });
    expect(await reject(p.all.gitCredentials.get(id))).toMatchObject({ code: 'credential-not-found' });
  });

  it('cannot be made without a key to encrypt it with, and opens with the key that it was made with', async () => {
    await using without = await people();
    expect(await reject(without.all.gitCredentials.create({ kind: 'ssh', name: 'x' }))).toMatchObject({
      code: 'no-encryption-key',
    });
    const [k1, k2] = [key('k1'), key('k2')];
    await using p = await people({ encryptionKeys: [k1] });
    const { id } = await p.all.gitCredentials.create({ kind: 'ssh', name: 'deploy' });
    await using later = await people({ store: p.store, encryptionKeys: [k2, k1] });
    expect(await later.all.secrets.rotate()).toMatchObject({ resealed: 1, keys: [{ id: 'k2', values: 1 }] });
    expect(await later.all.gitCredentials.get(id)).toMatchObject({ keyId: 'k2' });
    expect(await reject(p.all.gitCredentials.update(id, { knownHosts: '' }))).toMatchObject({ code: 'key-missing' });
  });
});

describe('a username', () => {
  const rest = 'a1B2c3D4e5F6a7B8c9D0a1B2c3D4e5F6a7B8';
  it.each(['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_', 'glpat-', 'gldt-', 'glcbt-', 'ATBB', 'hf_', 'ryd_'])(
    'that is a token (%s…) is refused, with a word about where it belongs and no piece of it',
    async (prefix) => {
      await using p = await withKeys();
      const username = `${prefix}${rest}`;
      const { id } = await p.all.gitCredentials.create({ ...https });
      for (const refused of [
        p.all.gitCredentials.create({ ...https, name: 'other', username, token: 'x-oauth-basic' }),
        p.all.gitCredentials.update(id, { username }),
      ]) {
        const error = await reject(refused);
        expect(error).toMatchObject({ code: 'invalid-credential', field: 'username' });
        expect(error.message).toMatch(/`token`/);
        expect(JSON.stringify({ ...error, message: error.message })).not.toContain(rest.slice(0, 8));
      }
    },
  );

  it.each([
    ['7', 7],
    ['', ''],
    ['of two lines', `me\n${rest}`],
    ['of 256 characters', rest.repeat(8).slice(0, 256)],
  ])('that is none (%s) is refused without a piece of it', async (_, username) => {
    await using p = await withKeys();
    const error = await reject(p.all.gitCredentials.create({ ...https, username: username as string }));
    expect(error).toMatchObject({ code: 'invalid-credential', field: 'username' });
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain(rest.slice(0, 8));
  });

  it.each(['me', 'gitlab+deploy-token-7', 'oauth2', 'x-token-auth', 'ghp', 'glpat'])('may be %s', async (username) => {
    await using p = await withKeys();
    expect(await p.all.gitCredentials.create({ ...https, username })).toMatchObject({ username });
  });
});

describe('a change', () => {
  it('of the host of a token needs the token anew, so that nobody leads it to a host of his own', async () => {
    await using p = await withKeys();
    const { id } = await p.all.gitCredentials.create({ ...https });
    expect(await reject(p.all.gitCredentials.update(id, { host: 'evil.example' }))).toMatchObject({
      code: 'invalid-credential',
      field: 'host',
    });
    const other = { host: 'git2.example.org:8443', token: 'another' };
    expect(await p.all.gitCredentials.update(id, other)).toMatchObject({
      host: other.host,
      username: 'x-access-token',
    });
  });

  it('of the known hosts leaves the pair as it is, and one of the pair the known hosts', async () => {
    await using p = await withKeys();
    const before = await p.all.gitCredentials.create({ kind: 'ssh', name: 'deploy', description: 'read only' });
    const knownHosts = `git.example.org ssh-ed25519 ${newKeyPair('x').blob.toString('base64')}\n`;
    const pinned = (await p.all.gitCredentials.update(before.id, { knownHosts })) as SshCredentialView;
    expect(pinned).toMatchObject({ knownHosts, publicKey: before.publicKey, description: 'read only' });
    const { privateKey } = newKeyPair('x');
    const given = (await p.all.gitCredentials.update(before.id, { privateKey })) as SshCredentialView;
    expect(given.knownHosts).toBe(knownHosts);
    expect(given.publicKey).not.toBe(before.publicKey);
    const last = await p.all.gitCredentials.update(before.id, { description: '' });
    expect(last).toMatchObject({ publicKey: given.publicKey, description: '' });
  });

  it('that makes no sense is refused with its field', async () => {
    await using p = await withKeys();
    const { id } = await p.all.gitCredentials.create({ kind: 'ssh', name: 'deploy' });
    const { privateKey } = newKeyPair('x');
    const rsa = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey;
    const patches = [
      [{ newPair: true, privateKey }, 'newPair'],
      [{ newPair: false }, 'newPair'],
      [{ knownHosts: 'nonsense' }, 'knownHosts'],
      [{ privateKey: rsa.export({ format: 'pem', type: 'pkcs8' }) }, 'privateKey'],
      [{ host: 'git.example.org' }, 'host'],
      [{ name: 'other' }, 'name'],
    ] as const;
    for (const [patch, field] of patches)
      expect(await reject(p.all.gitCredentials.update(id, patch as never))).toMatchObject({ field });
  });
});
