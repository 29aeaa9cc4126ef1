import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpHost, read } from './support/http-host.ts';
import { httpWorld, type World } from './support/http-world.ts';

let world: World;
let root: string;
beforeAll(async () => {
  world = await httpWorld();
  root = (await world.token(world.people.root)).token;
});
afterAll(() => world[Symbol.asyncDispose]());

const call = (method: string, path: string, body?: unknown, token = root) =>
  world.call(method, path, { token, ...(body !== undefined && { body }) });

describe('a user over HTTP', () => {
  it('is made, read, edited and removed under his published names', async () => {
    const username = world.unique();
    const made = await call('POST', '/users', { username, full_name: 'Some Body', email: '' });
    expect(made).toMatchObject({
      status: 201,
      body: { username, full_name: 'Some Body', email: '', admin: false, external_id: username, locked: false },
    });
    const path = `/users/${made.body.id}`;
    expect((await call('GET', path)).body).toEqual(made.body);
    expect((await call('PATCH', path, { full_name: null, email: 'some@body.example' })).body).toMatchObject({
      username,
      full_name: '',
      email: 'some@body.example',
    });
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).body.code).toBe('user-not-found');
  });

  it('is refused a name or an id of the host that is taken, by the field as it was written', async () => {
    expect((await call('POST', '/users', { username: 'ann' })).body).toMatchObject({
      code: 'name-in-use',
      field: 'username',
      id: world.people.ann,
    });
    expect((await call('POST', '/users', { username: world.unique(), external_id: 'ann' })).body).toMatchObject({
      code: 'name-in-use',
      field: 'external_id',
      id: world.people.ann,
    });
    expect((await call('POST', '/users', { username: world.unique(), email: 'nobody' })).body).toMatchObject({
      code: 'invalid-request',
      field: 'email',
    });
  });

  it('who is the only admin stays one, and stays', async () => {
    const { users } = (await call('GET', '/users')).body as { users: { id: string; username: string }[] };
    const first = users.find(({ username }) => username === 'admin');
    expect((await call('DELETE', `/users/${first?.id}`)).status).toBe(204);
    for (const [method, body] of [
      ['PATCH', { admin: false }],
      ['DELETE', undefined],
    ] as const)
      expect(await call(method, `/users/${world.people.root}`, body)).toMatchObject({
        status: 409,
        body: { code: 'last-admin' },
      });
  });

  it('is told by /users/me who he is, where he is, and what his token is narrowed to', async () => {
    const { token } = await world.token(world.people.ben, { scopes: ['jobs:read'] });
    expect((await call('GET', '/users/me', undefined, token)).body).toEqual({
      kind: 'user',
      id: world.people.ben,
      username: 'ben',
      admin: false,
      groups: [{ id: world.lab, groupname: 'lab' }],
      scopes: ['jobs:read'],
      user: expect.objectContaining({ id: world.people.ben, username: 'ben' }),
    });
  });
});

describe('a group over HTTP', () => {
  it('is made and edited under its published names, and what there is not is refused', async () => {
    const groupname = world.unique();
    const made = await call('POST', '/groups', { groupname, is_multiple_ssh_keys: false, org_id: null });
    expect(made).toMatchObject({ status: 201, body: { groupname, description: '', org_id: '' } });
    const edited = await call('PATCH', `/groups/${made.body.id}`, { description: 'of us' });
    expect(edited.body).toMatchObject({ groupname, description: 'of us' });
    expect((await call('POST', '/groups', { groupname })).body).toMatchObject({
      code: 'name-in-use',
      field: 'groupname',
      id: made.body.id,
    });
    expect((await call('POST', '/groups', { groupname: world.unique(), org_admin: true })).body).toMatchObject({
      code: 'unsupported-field',
      field: 'org_admin',
    });
  });

  it('lets users in and out, also twice; whoever was let out sees it no more', async () => {
    const group = await world.group('other');
    const { token } = await world.token(world.people.ben);
    const path = `/groups/${group}/members`;
    expect((await call('GET', `/groups/${group}`, undefined, token)).status).toBe(404);
    for (let i = 0; i < 2; i++)
      expect(await call('POST', path, { user_id: world.people.ben })).toMatchObject({
        status: 201,
        body: { user_id: world.people.ben, group_id: group },
      });
    expect((await call('GET', path, undefined, token)).body.users).toMatchObject([
      { id: world.people.zoe, username: 'zoe' },
      { id: world.people.ben, username: 'ben', full_name: '' },
    ]);
    for (let i = 0; i < 2; i++) expect((await call('DELETE', `${path}/${world.people.ben}`)).status).toBe(204);
    expect((await call('GET', path, undefined, token)).status).toBe(404);
    expect((await call('POST', path, { user_id: '0'.repeat(32) })).body).toMatchObject({
      code: 'user-not-found',
      field: 'user_id',
    });
  });

  it('that owns a job is not removed, and the refusal names the job', async () => {
    const job = await world.job('group');
    const answer = await call('DELETE', `/groups/${world.lab}`);
    expect(answer).toMatchObject({ status: 409, body: { code: 'owner-in-use' } });
    expect(answer.body.detail).toContain(job);
  });
});

describe('a token over HTTP', () => {
  it('is told once, lets its bearer in, and is dead when it is revoked', async () => {
    const made = await call('POST', '/tokens', { name: world.unique(), user_id: world.people.ann });
    expect(made).toMatchObject({ status: 201, body: { user_id: world.people.ann, scopes: null, scope: null } });
    const token: string = made.body.access_token;
    expect(token).toMatch(/^ryd_/);
    expect((await call('GET', '/users/me', undefined, token)).body.id).toBe(world.people.ann);
    const path = `/tokens/${made.body.id}`;
    for (const answer of [
      await call('GET', path),
      await call('GET', '/tokens?page_size=1000'),
      await call('GET', '/audit'),
    ])
      expect(answer.text).not.toContain(token.slice(4));
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', '/users/me', undefined, token)).status).toBe(401);
  });

  it('is asked for in our names and in the published ones alike', async () => {
    const user_id = world.people.ann;
    const [name, description] = [world.unique(), world.unique()];
    const ours = await call('POST', '/tokens', {
      name,
      user_id,
      scopes: ['jobs:read', 'jobs:start'],
      expires_in: 3600,
    });
    const theirs = await call('POST', '/tokens', {
      description,
      identity: { user_id },
      scope: 'jobs:read jobs:start',
      expires_at: ours.body.expires_at,
      refresh_expires_in: null,
    });
    const { id: _, name: __, description: ___, access_token: ____, ...same } = ours.body;
    expect(theirs).toMatchObject({ status: 201, body: { ...same, name: description, description } });
    expect(same).toMatchObject({ scope: 'jobs:read jobs:start', refresh_expires_at: null });
    expect(Date.parse(ours.body.expires_at) - world.clock.now()).toBeCloseTo(3_600_000, -4);
  });

  it.each([
    [{ scopes: ['jobs:reed'] }, 'scopes.0'],
    [{ scope: 'jobs:read jobs:reed' }, 'scope.1'],
    [{ scopes: ['jobs:read'], scope: 'jobs:start' }, 'scope'],
    [{ expires_in: 60, expires_at: '2030-01-01T00:00:00Z' }, 'expires_in'],
    [{ expires_at: '2001-01-01T00:00:00Z' }, 'expires_at'],
    [{ user_id: '0'.repeat(32), identity: { user_id: '1'.repeat(32) } }, 'identity.user_id'],
    [{ refresh_expires_in: 60 }, 'refresh_expires_in'],
  ])('with %j is refused by its field', async (fields, field) => {
    const answer = await call('POST', '/tokens', { name: world.unique(), ...fields });
    expect([answer.status, answer.body.field]).toEqual([400, field]);
  });

  it('without a name is refused by it', async () => {
    expect((await call('POST', '/tokens', {})).body).toMatchObject({ code: 'invalid-request', field: 'name' });
  });

  it('that is rotated leaves both good until the overlap is over', async () => {
    const before = await world.token(world.people.ann);
    const rotated = await call('POST', `/tokens/${before.id}/rotate`, { overlap_ms: 60_000 });
    expect(rotated.status).toBe(201);
    const after: string = rotated.body.access_token;
    const isGood = async (token: string) => (await call('GET', '/users/me', undefined, token)).status === 200;
    expect([await isGood(before.token), await isGood(after)]).toEqual([true, true]);
    expect((await call('GET', `/tokens/${before.id}`)).body).toMatchObject({ replaced_by: rotated.body.id });
    await world.clock.advance(60_001);
    expect([await isGood(before.token), await isGood(after)]).toEqual([false, true]);
    expect((await call('POST', `/tokens/${before.id}/rotate`)).body.code).toBe('invalid-request');
  });
});

describe('the audit trail over HTTP', () => {
  it('is found by what was done, to what, by whom and when', async () => {
    const { token } = await world.token(world.people.ann);
    const from = new Date(world.clock.now()).toISOString();
    const made = await call('POST', '/secrets', { name: world.unique(), value: 'x' }, token);
    await world.clock.advance(5000);
    await call('PATCH', `/secrets/${made.body.id}`, { description: 'd' }, token);
    const actions = async (query: Record<string, string>) => {
      const { body } = await call('GET', `/audit?${new URLSearchParams({ subject: made.body.id, ...query })}`);
      return (body.entries as { action: string }[]).map(({ action }) => action);
    };
    expect(await actions({})).toEqual(['secret.changed', 'secret.created']);
    expect(await actions({ descending: 'false' })).toEqual(['secret.created', 'secret.changed']);
    expect(await actions({ action: 'secret.created' })).toEqual(['secret.created']);
    expect(await actions({ action: 'job' })).toEqual([]);
    expect(await actions({ by: `user:${world.people.ann}` })).toHaveLength(2);
    expect(await actions({ by: `user:${world.people.root}` })).toEqual([]);
    expect(await actions({ user_id: world.people.zoe })).toEqual([]);
    const later = new Date(world.clock.now()).toISOString();
    expect(await actions({ from: later })).toEqual(['secret.changed']);
    expect(await actions({ from, to: from })).toEqual(['secret.created']);
    const { body } = await call('GET', `/audit?subject=${made.body.id}&page_size=1`);
    expect(body.entries[0]).toMatchObject({
      at: expect.stringMatching(/\.\d{3}\+00:00$/),
      by: { id: `user:${world.people.ann}`, name: 'ann' },
      subject: { kind: 'secret', id: made.body.id },
      owner: { user_id: world.people.ann },
    });
    // The `+` of its own times may come as it is.
    const at = body.entries[0].at as string;
    const { body: again } = await call('GET', `/audit?subject=${made.body.id}&from=${at}`);
    expect(again.entries).toEqual(body.entries);
  });
});

it('without a directory there are no users, groups and tokens, by a code that says so; who asks is told all the same', async () => {
  await using host = await httpHost();
  const ask = (method: string, path: string, body?: unknown) => read(host.call(method, `/api${path}`, { body }));
  for (const [method, path, body] of [
    ['GET', '/users', undefined],
    ['POST', '/users', { username: 'x' }],
    ['GET', '/groups', undefined],
    ['POST', '/groups', { groupname: 'x' }],
    ['GET', '/tokens', undefined],
    ['POST', '/tokens', { name: 'x' }],
  ] as const)
    expect(await ask(method, path, body)).toMatchObject({ status: 404, body: { code: 'no-directory' } });
  expect(await ask('GET', '/users/me')).toMatchObject({
    status: 200,
    body: { kind: 'token', id: 'tester', admin: true, scopes: ['admin'], user: null },
  });
});
