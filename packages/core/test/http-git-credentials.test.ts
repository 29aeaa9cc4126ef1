import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { sshdRuns, sshServer } from '../../../test/engines/ssh-server.ts';
import { newKeyPair } from '../src/access/git/new-key-pair.ts';
import { publicKeyLine } from '../src/access/git/public-key.ts';
import { httpHost, read } from './support/http-host.ts';
import { expectUntold } from './support/untold.ts';
import { useWorld } from './support/use-world.ts';

const { world, call } = useWorld();
const make = (fields: object) => call('POST', '/git_credentials', { name: world().unique(), ...fields });

const token = 'zq8-Xk31vvLw-e9';
const mine = newKeyPair('mine');
const https = { kind: 'https', host: 'git.example.org' };

describe('the secret half of a git credential', () => {
  it('is in no answer: neither when it is made or changed, nor when it is read, listed, audited, removed', async () => {
    // The lines that have the private half in them; those before say what every such file says.
    const lines = mine.privateKey.trim().split('\n').slice(2, -1);
    for (const [fields, change] of [
      [{ kind: 'ssh' }, { new_pair: true }],
      [{ kind: 'ssh', private_key: mine.privateKey }, { private_key: mine.privateKey }],
      [
        { ...https, token },
        { token: `${token}!`, host: 'git.example.com' },
      ],
    ] as const) {
      const name = world().unique();
      const made = await make({ ...fields, name });
      const path = `/git_credentials/${made.body.id}`;
      const answers = [
        made,
        await call('GET', path),
        await call('PATCH', path, change),
        await call('PATCH', path, { description: 'new' }),
        await call('GET', '/git_credentials'),
        await make({ ...fields, name }),
        await call('GET', '/audit'),
        await call('DELETE', path),
        await call('GET', path),
      ];
      expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 409, 200, 204, 404]);
      for (const { text, headers } of answers) {
        expectUntold(token, text + JSON.stringify([...headers]));
        expect(text).not.toContain('PRIVATE KEY');
        for (const line of lines) expect(text).not.toContain(line);
        expect(headers.get('cache-control')).toBe('no-store');
      }
    }
  });

  it.each([
    ['is no text', { ...https, name: 'x', token: [token] }],
    ['is an object', { ...https, name: 'x', token: { token } }],
    ['has a line break', { ...https, name: 'x', token: `${token}\n` }],
    ['is too long', { ...https, name: 'x', token: token.repeat(1000) }],
    ['stands beside something wrong', { ...https, name: 7, token }],
    ['is given for another kind', { kind: 'ssh', name: 'x', token }],
    ['is no key', { kind: 'ssh', name: 'x', private_key: token }],
    ['is damaged', { kind: 'ssh', name: 'x', private_key: `-----BEGIN OPENSSH PRIVATE KEY-----\n${token}\n` }],
    ['is among the host keys', { kind: 'ssh', name: 'x', known_hosts: `git.example.org\n${token}` }],
    ['is the host', { kind: 'https', name: 'x', host: `_${token}`, token: 'y' }],
    ['is in the address', { kind: 'https', name: 'x', host: `https://${token}@git.example.org/`, token: 'y' }],
    ['is the username, with a line break', { ...https, name: 'x', username: `${token}\n`, token: 'y' }],
    ['is the kind', { kind: token, name: 'x' }],
    ['is in a field that is misspelt', { ...https, name: 'x', tokne: token }],
    ['is the name of a field', { ...https, name: 'x', token: 'y', [token]: 1 }],
    ['is in the description, as a list', { ...https, name: 'x', token: 'y', description: [token] }],
    ['is not closed', `{"kind":"https","name":"x","token":"${token}`],
    ['is the body', `"${token}"`],
  ])('that %s is refused without a piece of it', async (_, body) => {
    const answer = await call('POST', '/git_credentials', body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).not.toBe('');
    expectUntold(token, answer.text);
  });
});

describe('a change of the secret half', () => {
  it.each([
    ['is no text', { token: [token] }],
    ['is an object', { token: { token } }],
    ['has a line break', { token: `${token}\n` }],
    ['is too long', { token: token.repeat(1000) }],
    ['is for another kind', { private_key: token }],
    ['is the new host', { host: `_${token}`, token: 'y' }],
    ['is in a field that is misspelt', { tokne: token }],
    ['stands beside something wrong', { token, description: 7 }],
    ['is asked for as a pair', { new_pair: token }],
  ])('that %s is refused without a piece of it', async (_, body) => {
    const answer = await call('PATCH', `/git_credentials/${await world().credential('own')}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).not.toBe('');
    expectUntold(token, answer.text);
  });
});

describe('a git credential over HTTP', () => {
  it('shows the public half of the pair that was made, and of another when it is replaced', async () => {
    const made = await make({ kind: 'ssh', owner: { group_id: world().lab }, description: 'of the lab' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        kind: 'ssh',
        owner: { group_id: world().lab },
        description: 'of the lab',
        public_key: expect.stringMatching(/^ssh-ed25519 \S+ runyard: /),
        fingerprint: expect.stringMatching(/^SHA256:/),
        known_hosts: expect.stringContaining('github.com ssh-ed25519 '),
        key_id: 'key-1',
      },
    });
    const path = `/git_credentials/${made.body.id}`;
    const next = (await call('PATCH', path, { new_pair: true })).body;
    expect(next.public_key).not.toBe(made.body.public_key);
    const given = (await call('PATCH', path, { private_key: mine.privateKey })).body;
    expect(given.public_key).toBe(publicKeyLine(mine.blob, `runyard: ${made.body.name}`));
    expect((await call('GET', path)).body).toEqual(given);
    for (const query of [`group_id=${world().lab}`, `owner=group:${world().lab}`])
      expect((await call('GET', `/git_credentials?name=${made.body.name}&${query}`)).body.git_credentials).toEqual([
        given,
      ]);
  });

  it('for https shows to which host it is sent, and as whom', async () => {
    expect(await make({ ...https, token })).toMatchObject({
      status: 201,
      body: { kind: 'https', host: 'git.example.org', username: 'x-access-token' },
    });
  });

  it.each<[string, object, object]>([
    ['without a kind', {}, { code: 'invalid-credential', field: 'kind', expected: 'one of "ssh", "https"' }],
    ['without a token', https, { code: 'invalid-credential', field: 'token', expected: 'a text' }],
    ['with a line that is no host key', { kind: 'ssh', known_hosts: 'x\n' }, { field: 'known_hosts' }],
    [
      'with a public key for a private one',
      { kind: 'ssh', private_key: 'ssh-ed25519 AAAAC3Nza' },
      { field: 'private_key', detail: expect.stringMatching(/^`private_key` .*Give the other file of the pair/) },
    ],
    ['of nobody', { kind: 'ssh', owner: {} }, { code: 'invalid-credential', field: 'owner' }],
  ])('%s is refused by the field as it is written', async (_, fields, problem) => {
    expect(await make(fields)).toMatchObject({ status: 400, body: problem });
  });

  it.each([
    ['ssh', 'kind, name, owner, description, private_key, known_hosts'],
    ['https', 'kind, name, owner, description, host, username, token'],
  ])('with a field that is not known is told what one of kind %s has', async (kind, expected) => {
    const unknown = await make({ kind, ...(kind === 'https' && { host: 'git.example', token: 'x' }), new_pair: true });
    expect(unknown).toMatchObject({ status: 400, body: { code: 'unknown-field', expected } });
  });

  it('is changed by what belongs to its kind alone, and is told what that is', async () => {
    const { id } = (await make({ kind: 'ssh' })).body;
    expect(await call('PATCH', `/git_credentials/${id}`, { token })).toMatchObject({
      status: 400,
      body: {
        code: 'unknown-field',
        field: 'token',
        expected: 'description, private_key, new_pair, known_hosts',
        detail: expect.stringContaining('Known fields: description, private_key, new_pair, known_hosts.'),
      },
    });
    expect(await call('PATCH', `/git_credentials/${id}`, { new_pair: true, private_key: 'x' })).toMatchObject({
      status: 400,
      body: { field: 'new_pair', expected: 'either `new_pair` or `private_key`' },
    });
    expect(
      await call('PATCH', `/git_credentials/${await world().credential('own')}`, { host: 'evil.example' }),
    ).toMatchObject({ status: 400, body: { field: 'host', detail: expect.stringContaining('a `token` together') } });
  });

  it('that sources name is removed only where that is said, by the name of the parameter', async () => {
    const made = (await make({ kind: 'ssh' })).body;
    const job = await call('POST', '/jobs', {
      name: world().unique(),
      command: 'x',
      external_repo_attachments: [{ url: 'git@git.example.org:lab/code.git', credential: made.name }],
    });
    expect(await call('DELETE', `/git_credentials/${made.id}`)).toMatchObject({
      status: 409,
      body: { code: 'credential-in-use', id: job.body.id, detail: expect.stringContaining('`allow_in_use`') },
    });
    expect((await call('DELETE', `/git_credentials/${made.id}?allow_in_use=true`)).status).toBe(204);
  });

  it('without a key to encrypt it with is a fault of the host, and not of the request', async () => {
    await using host = await httpHost();
    const answer = await read(host.call('POST', '/api/git_credentials', { body: { ...https, name: 'x', token } }));
    expect(answer).toMatchObject({ status: 500, body: { code: 'no-encryption-key' } });
    expectUntold(token, answer.text);
  });
});

describe('the host keys of a server', () => {
  it.skipIf(!sshdRuns)('are shown as it shows them, and can be pinned', async () => {
    await using server = await sshServer();
    const scanned = await call('POST', '/git_credentials/scan_host', { host: '127.0.0.1', port: server.port });
    const host = `[127.0.0.1]:${server.port}`;
    expect(scanned).toMatchObject({
      status: 200,
      body: {
        host: '127.0.0.1',
        port: server.port,
        keys: [{ host, type: 'ssh-ed25519', fingerprint: expect.stringMatching(/^SHA256:/) }],
        known_hosts: await server.knownHosts(),
      },
    });
    const { known_hosts } = scanned.body;
    expect((await make({ kind: 'ssh', known_hosts })).body.known_hosts).toBe(known_hosts);
  });

  it('of a server that does not answer are no fault of ours, and the refusal says what was asked', async () => {
    const faults: unknown[] = [];
    const logger = { debug() {}, info() {}, warn() {}, error: (...given: unknown[]) => void faults.push(given) };
    await using host = await httpHost({}, { logger });
    const body = { host: '127.0.0.1', port: 1 };
    expect(await read(host.call('POST', '/api/git_credentials/scan_host', { body }))).toMatchObject({
      status: 400,
      body: { code: 'source-unreachable', detail: expect.stringContaining('127.0.0.1, port 1') },
    });
    expect(faults).toEqual([]);
  });

  it('are not waited for any longer when who asked is gone, which is no fault either', async () => {
    const faults: unknown[] = [];
    const logger = { debug() {}, info() {}, warn() {}, error: (...given: unknown[]) => void faults.push(given) };
    await using host = await httpHost({}, { logger });
    // Accepts, and never says anything.
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const client = new AbortController();
    const connected = once(silent, 'connection');
    const body = { host: '127.0.0.1', port };
    const asked = host.call('POST', '/api/git_credentials/scan_host', { body, signal: client.signal });
    asked.catch(() => {});
    const [socket] = await connected;
    socket.resume();
    const closed = once(socket, 'close');
    client.abort();
    await closed;
    await expect(asked).rejects.toThrow();
    expect((await host.call('GET', '/api/healthz')).status).toBe(200);
    expect(faults).toEqual([]);
    silent.close();
  });
});
