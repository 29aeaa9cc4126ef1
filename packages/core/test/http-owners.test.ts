import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunyardError } from '../src/domain/errors.ts';
import { createHttpApp } from '../src/http/create-http-app.ts';
import type { HttpApp } from '../src/http/http-app.ts';
import { httpHost, read } from './support/http-host.ts';
import { type People, type Person, people } from './support/people.ts';

/* Ann is in the group `lab`, Zoe in `ops`; there are a user and a group `twin`, of which Tom has both. Root is an admin. */
let p: People;
let app: HttpApp;
let who: Record<'ann' | 'zoe' | 'tom' | 'root', Person>;
let groups: Record<'lab' | 'ops' | 'twin', string>;
let lookups: number;
beforeAll(async () => {
  p = await people({ encryptionKeys: [{ id: 'key-1', key: randomBytes(32) }] });
  app = createHttpApp(p.all);
  who = {
    ann: await p.user('ann'),
    zoe: await p.user('zoe'),
    tom: await p.user('twin'),
    root: await p.user('root', { admin: true }),
  };
  const group = async (name: string, member: Person) => {
    const { id } = await p.all.groups.create({ name });
    await p.all.groups.addMember(id, member.id);
    return id;
  };
  groups = { lab: await group('lab', who.ann), ops: await group('ops', who.zoe), twin: await group('twin', who.tom) };
  const byId = p.store.documentsById;
  p.store.documentsById = (ids) => {
    lookups++;
    return byId(ids);
  };
});
afterAll(async () => {
  app.close();
  await p[Symbol.asyncDispose]();
});

const callAs = (token: string, method: string, path: string, body?: unknown) =>
  read(
    app.fetch(
      new Request(`http://runyard.test/api${path}`, {
        method,
        headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    ),
  );
const call = (name: keyof typeof who, method: string, path: string, body?: unknown) =>
  callAs(who[name].token, method, path, body);

let made = 0;
const unique = (): string => `thing-${++made}`;
/** Whose a new job of somebody is, or the code that refuses it. */
const ownerGiven = async (name: keyof typeof who, owner: unknown) => {
  const { body } = await call(name, 'POST', '/jobs', { name: unique(), command: 'x', owner });
  return body.owner?.id ?? body.code;
};
const annsId = () => `user:${who.ann.id}`;
const labsId = () => `group:${groups.lab}`;

describe('an answer says what an owner is called', () => {
  it('with the name, and since when he is there', async () => {
    const { body } = await call('ann', 'POST', '/jobs', { name: unique(), command: 'x', owner: labsId() });
    expect(body.owner).toMatchObject({
      id: labsId(),
      name: 'lab',
      identity_name: 'lab',
      identity_type: 'group',
      user_id: null,
      group_id: groups.lab,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
    });
  });

  it('wherever there is one, by one lookup for a whole page', async () => {
    const secret = await call('ann', 'POST', '/secrets', { name: unique(), value: 'x', owner: 'lab' });
    const credential = await call('ann', 'POST', '/git_credentials', { kind: 'ssh', name: unique(), owner: 'lab' });
    const hook = await call('ann', 'POST', '/webhooks', { url: 'https://hooks.example.com/x', owner: 'lab' });
    const { body: job } = await call('ann', 'POST', '/jobs', { name: unique(), command: 'x', owner: 'lab' });
    await call('ann', 'POST', '/jobs', { name: unique(), command: 'x' });
    for (const [method, path, body] of [
      ['GET', '/jobs'],
      ['GET', `/jobs/${job.id}`],
      ['PATCH', `/jobs/${job.id}`, { retries: 2 }],
      ['POST', `/jobs/${job.id}/schedule`, { schedule: '0 6 * * *' }],
      ['POST', `/jobs/${job.id}/unschedule`],
      ['POST', `/jobs/${job.id}/start`],
      ['POST', `/jobs/${job.id}/clone`, { owner: 'ann' }],
      ['GET', '/secrets'],
      ['GET', `/secrets/${secret.body.id}`],
      ['PATCH', `/secrets/${secret.body.id}`, { value: 'y' }],
      ['GET', '/git_credentials'],
      ['GET', `/git_credentials/${credential.body.id}`],
      ['PATCH', `/git_credentials/${credential.body.id}`, { description: 'y' }],
      ['GET', '/webhooks'],
      ['GET', `/webhooks/${hook.body.id}`],
      ['PATCH', `/webhooks/${hook.body.id}`, { description: 'y' }],
      ['POST', `/webhooks/${hook.body.id}/rotate`],
      ['GET', '/audit'],
      ['PUT', '/jobs?dry_run=true', { jobs: [{ name: unique(), command: 'x', owner: labsId() }] }],
      ['PUT', '/jobs', { jobs: [{ name: unique(), command: 'x', owner: labsId() }] }],
    ] as const) {
      lookups = 0;
      const { status, body: answer } = await call('ann', method, path, body);
      expect([path, status < 300]).toEqual([path, true]);
      const found = ownersIn(answer);
      expect([path, found.length > 0, new Set(found)]).toEqual([path, true, new Set(found.map(nameless))]);
      expect([path, lookups <= 2]).toEqual([path, true]);
      if (method === 'GET') expect([path, lookups]).toEqual([path, 1]);
    }
    expect([secret.body.owner.name, credential.body.owner.name, hook.body.owner.name]).toEqual(['lab', 'lab', 'lab']);
  });

  const nameless = (name: string): string => name.replace(/^[0-9a-f]{32}$/, 'an id for a name');
  const ownersIn = (value: unknown): string[] => {
    if (typeof value !== 'object' || value === null) return [];
    const own = 'identity_type' in value && 'name' in value ? [String(value.name)] : [];
    return [...own, ...Object.values(value).flatMap(ownersIn)];
  };

  it('by his new name at once when he is renamed, which finds him from then on', async () => {
    const { id } = await p.all.groups.create({ name: 'before' });
    const { body: job } = await call('root', 'POST', '/jobs', { name: unique(), command: 'x', owner: 'group:before' });
    await p.all.groups.update(id, { name: 'after' });
    expect((await call('root', 'GET', `/jobs/${job.id}`)).body.owner).toMatchObject({
      id: `group:${id}`,
      name: 'after',
    });
    const seen = async (name: string) => (await call('root', 'GET', `/jobs?owner=${name}`)).body.jobs.length;
    expect([await seen('before'), await seen('after')]).toEqual([0, 1]);
  });

  it('and of one who was removed the id', async () => {
    const gone = await p.user('gone');
    await call('root', 'POST', '/tokens', { name: unique(), user_id: gone.id });
    const secret = await callAs(gone.token, 'POST', '/secrets', { name: unique(), value: 'x' });
    await callAs(gone.token, 'DELETE', `/secrets/${secret.body.id}`);
    await p.all.users.remove(gone.id);
    const { body } = await call('root', 'GET', `/audit?owner=user:${gone.id}`);
    expect(body.entries[0].owner).toMatchObject({ name: gone.id, created_at: '1970-01-01T00:00:00+00:00' });
  });

  it('also to a token that is for one job', async () => {
    const { body: job } = await call('ann', 'POST', '/jobs', { name: unique(), command: 'x', owner: 'lab' });
    const { token } = await p.all.tokens.mint({ name: unique(), userId: who.ann.id, jobId: job.id });
    expect((await callAs(token, 'GET', `/jobs/${job.id}`)).body.owner.name).toBe('lab');
  });

  it('but for its id where the directory does not answer: what was done is told all the same', async () => {
    const asked = p.store.documentsById;
    p.store.documentsById = () => Promise.reject(new RunyardError('store-unavailable', 'away'));
    const { status, body } = await call('ann', 'POST', '/webhooks', { url: 'https://hooks.example.com/x' });
    p.store.documentsById = asked;
    expect([status, body.owner.name, typeof body.secret]).toEqual([201, who.ann.id, 'string']);
  });
});

describe('a sentence says what an owner is called', () => {
  it('of an error, which is else the same', async () => {
    const body = {
      name: unique(),
      command: 'x',
      owner: 'lab',
      secrets: [{ name: 's', attachment_type: 'file', location: 'f' }],
    };
    const { body: job } = await call('ann', 'POST', '/jobs', body);
    const again = await call('ann', 'POST', '/jobs', body);
    expect(again).toMatchObject({ status: 409, body: { code: 'name-in-use', field: 'name', id: job.id } });
    expect(again.body.detail).toMatch(/^group:lab has a job named/);
    const started = await call('ann', 'POST', `/jobs/${job.id}/start`);
    expect(started).toMatchObject({ status: 409, body: { code: 'missing-access' } });
    expect(started.body.detail).toMatch(/^group:lab has no secret 's': make it for group:lab,/);
  });

  it('of a finding, also of what a clone lacks', async () => {
    const secrets = [{ name: 's', attachment_type: 'file', location: 'f' }];
    const body = { name: unique(), command: 'x', owner: 'lab', secrets };
    const { body: job } = await call('ann', 'POST', '/jobs', body);
    const sentencesOf = (findings: { code: string; sentence: string }[]) =>
      findings.filter(({ code }) => code === 'unknown-secret').map(({ sentence }) => sentence.split(" '", 1)[0]);
    for (const answer of [
      await call('ann', 'POST', `/jobs/${job.id}/check`),
      await call('ann', 'POST', '/jobs/check', body),
    ])
      expect(sentencesOf(answer.body.findings)).toEqual(['group:lab has no secret']);
    const clone = await call('ann', 'POST', `/jobs/${job.id}/clone`, { owner: 'ann' });
    expect(sentencesOf(clone.body.lacking)).toEqual(['user:ann has no secret']);
  });

  it('but not of somebody who is not to be seen', async () => {
    const other = await call('ann', 'POST', '/jobs', { name: unique(), command: 'x', owner: `user:${who.zoe.id}` });
    expect(other.body.detail).toBe(`You may not make anything that belongs to user:${who.zoe.id}.`);
    const { body: job } = await call('root', 'POST', '/jobs', { name: unique(), command: 'x' });
    const { token } = await p.all.tokens.mint({ name: unique(), userId: who.root.id, jobId: job.id });
    const edit = await callAs(token, 'PATCH', `/jobs/${job.id}`, { owner: `user:${who.zoe.id}` });
    expect([edit.status, edit.text.includes(who.zoe.id), edit.text.includes('zoe')]).toEqual([400, true, false]);
  });
});

describe('an owner is given', () => {
  it.each([
    ['user:<id>', () => annsId(), annsId],
    ['user:<name>', () => 'user:ann', annsId],
    ['a name', () => 'ann', annsId],
    ['a bare id', () => who.ann.id, annsId],
    ['org/name', () => 'acme/ann', annsId],
    ['{ name }', () => ({ name: 'ann' }), annsId],
    ['{ name } of an organisation', () => ({ name: 'acme/lab' }), labsId],
    ['{ id }', () => ({ id: labsId(), name: 'whatever' }), labsId],
    ['{ user_id }', () => ({ user_id: who.ann.id, group_id: null }), annsId],
    ['{ user_id } by name', () => ({ user_id: 'ann' }), annsId],
    ['group:<id>', () => labsId(), labsId],
    ['group:<name>', () => 'group:lab', labsId],
    ['the name of a group', () => 'lab', labsId],
    ['the bare id of a group', () => groups.lab, labsId],
    ['{ group_id }', () => ({ group_id: groups.lab }), labsId],
    ['{ group_id } by name', () => ({ user_id: null, group_id: 'lab' }), labsId],
  ])('as %s', async (_, owner, id) => {
    expect(await ownerGiven('ann', owner())).toBe(id());
    expect(await ownerGiven('root', owner())).toBe(id());
  });

  it('as it was answered', async () => {
    const { body } = await call('ann', 'POST', '/jobs', { name: unique(), command: 'x', owner: 'lab' });
    expect(await ownerGiven('ann', body.owner)).toBe(labsId());
    const patched = await call('ann', 'PATCH', `/jobs/${body.id}`, { owner: body.owner, retries: 1 });
    expect(patched.status).toBe(200);
  });

  it('to each thing that has one, and to a check, a clone and an apply', async () => {
    const { body: job } = await call('ann', 'POST', '/jobs', { name: unique(), command: 'x' });
    for (const [path, body] of [
      ['/secrets', { name: unique(), value: 'x' }],
      ['/git_credentials', { kind: 'ssh', name: unique() }],
      ['/webhooks', { url: 'https://hooks.example.com/x' }],
      [`/jobs/${job.id}/clone`, {}],
    ] as const) {
      const answer = await call('ann', 'POST', path, { ...body, owner: 'group:lab' });
      expect([path, answer.body.owner?.id]).toEqual([path, labsId()]);
      const refused = await call('ann', 'POST', path, { ...body, owner: 'ops' });
      expect([path, refused.status, refused.body.field]).toEqual([path, 400, 'owner']);
    }
    const applied = await call('ann', 'PUT', '/jobs', { jobs: [{ name: 'a', command: 'x', owner: 'lab' }] });
    expect(applied.body.changes[0]).toMatchObject({ owner: labsId(), after: { owner: { name: 'lab' } } });
    const named = await call('ann', 'PUT', '/jobs', {
      jobs: [{ name: 'a', command: 'x', owner: { group_id: groups.lab } }],
    });
    expect(named.body.changes[0].change).toBe('unchanged');
    const wrong = await call('ann', 'PUT', '/jobs', { jobs: [{ name: 'a', command: 'x', owner: 'ops' }] });
    expect(wrong.body).toMatchObject({ code: 'invalid-job', field: 'jobs.0.owner' });
    const changes = await call('ann', 'POST', `/jobs/${job.id}/clone`, { changes: { owner: 'ops' } });
    expect(changes.body).toMatchObject({ code: 'invalid-job', field: 'changes.owner' });
    expect((await call('ann', 'POST', '/jobs/check', { name: 'c', command: 'x', owner: 'lab' })).status).toBe(200);
  });

  it('by a name that a user and a group have only with the word which', async () => {
    expect(await ownerGiven('tom', 'user:twin')).toBe(`user:${who.tom.id}`);
    expect(await ownerGiven('tom', 'group:twin')).toBe(`group:${groups.twin}`);
    for (const name of ['tom', 'root'] as const) {
      const { status, body } = await call(name, 'POST', '/jobs', { name: unique(), command: 'x', owner: 'twin' });
      expect([status, body.code, body.field]).toEqual([400, 'invalid-job', 'owner']);
      expect(body.detail).toMatch(/`user:twin` or `group:twin`/);
      const list = await call(name, 'GET', '/jobs?owner_name=twin');
      expect([list.status, list.body.code, list.body.field]).toEqual([400, 'invalid-request', 'owner_name']);
    }
  });

  it('by an id before a name', async () => {
    const { id } = await p.all.groups.create({ name: who.ann.id });
    expect(await ownerGiven('root', who.ann.id)).toBe(annsId());
    expect(await ownerGiven('root', `group:${who.ann.id}`)).toBe(`group:${id}`);
  });

  it('by an admin, who has to say it in full where only the host knows him', async () => {
    expect(await ownerGiven('root', 'user:of-the-host')).toBe('user:of-the-host');
    expect(await ownerGiven('root', 'of-the-host')).toBe('invalid-job');
    expect(await ownerGiven('root', 'group:of-the-host')).toBe('group-not-found');
  });
});

describe('who may not see somebody', () => {
  const others = ['zoe', 'ops', 'acme/ops', { name: 'zoe' }];
  const nobodys = ['nil', 'nul', 'acme/nul', { name: 'nil' }];
  const idless = (text: string) =>
    text
      .replaceAll(/nil|zoe/g, '…')
      .replaceAll(/nul|ops/g, '…')
      .replaceAll(/thing-\d+/g, '…');

  it('gets the same answer whether he is there or not, to the letter', async () => {
    for (const [index, hidden] of others.entries())
      for (const form of [
        (x: unknown) => x,
        (x: unknown) => (typeof x === 'string' ? `user:${x}` : x),
        (x: unknown) => (typeof x === 'string' ? `group:${x}` : x),
      ]) {
        const ask = async (owner: unknown) => {
          const { status, text } = await call('ann', 'POST', '/jobs', {
            name: unique(),
            command: 'x',
            owner: form(owner),
          });
          return [status, idless(text)];
        };
        expect(await ask(hidden)).toEqual(await ask(nobodys[index]));
        expect((await ask(hidden))[0]).toBeGreaterThanOrEqual(400);
      }
    await call('zoe', 'POST', '/jobs', { name: unique(), command: 'x' });
    for (const way of ['owner', 'owner_id', 'owner_name', 'user_id', 'group_id'])
      for (const text of ['zoe', 'user:zoe', 'group:ops', 'nil', who.zoe.id, groups.ops])
        for (const list of ['jobs', 'secrets', 'git_credentials', 'webhooks', 'audit']) {
          const { status, body } = await call('ann', 'GET', `/${list}?${way}=${text}`);
          expect([status, Object.values(body)[0]]).toEqual([200, []]);
        }
  });

  it('is not found out by a token of an admin that is narrowed to other things, or to one job', async () => {
    const { body: job } = await call('root', 'POST', '/jobs', { name: unique(), command: 'x' });
    const metrics = await p.all.tokens.mint({ name: unique(), userId: who.root.id, scopes: ['metrics:read'] });
    const ofJob = await p.all.tokens.mint({ name: unique(), userId: who.root.id, jobId: job.id });
    for (const { token } of [metrics, ofJob]) {
      const ask = async (owner: string) => {
        const created = await callAs(token, 'POST', '/jobs', { name: unique(), command: 'x', owner });
        const edited = await callAs(token, 'PATCH', `/jobs/${job.id}`, { owner });
        return [created.status, idless(created.text), edited.status, idless(edited.text)];
      };
      for (const prefix of ['', 'user:']) expect(await ask(`${prefix}zoe`)).toEqual(await ask(`${prefix}nil`));
    }
  });
});

describe('a list shows those of an owner', () => {
  it.each([
    ['owner', 'lab'],
    ['owner', 'group:lab'],
    ['owner_name', 'lab'],
    ['owner_name', 'acme/lab'],
    ['owner_id', 'group:lab'],
    ['group_id', 'lab'],
    ['group_id', 'group:lab'],
  ])('by %s=%s', async (way, text) => {
    for (const [list, body] of [
      ['secrets', { value: 'x' }],
      ['git_credentials', { kind: 'ssh' }],
      ['jobs', { command: 'x' }],
    ] as const) {
      const { body: thing } = await call('ann', 'POST', `/${list}`, { name: unique(), ...body, owner: labsId() });
      const { body: page } = await call('ann', 'GET', `/${list}?${way}=${text}&page_size=1000`);
      const items = Object.values(page)[0] as { id: string; owner: { id: string } }[];
      expect(items.map(({ id }) => id)).toContain(thing.id);
      expect(new Set(items.map(({ owner }) => owner.id))).toEqual(new Set([labsId()]));
    }
  });

  it('and everybody’s where that is said empty, as old clients do', async () => {
    const all = await call('ann', 'GET', '/jobs');
    expect((await call('ann', 'GET', '/jobs?owner_name=&owner=')).body).toEqual(all.body);
  });
});

describe('without a directory', () => {
  it('ids are names, and a bare one is that of a user, or of one of one’s own groups', async () => {
    await using host = await httpHost({ authenticate: () => ({ kind: 'user', id: 'tess', groups: ['etl', 'lab'] }) });
    const given = async (owner: unknown) =>
      (await read(host.call('POST', '/api/jobs', { body: { name: unique(), command: ['gated'], owner } }))).body.owner;
    expect(await given('tess')).toMatchObject({
      id: 'user:tess',
      name: 'tess',
      created_at: '1970-01-01T00:00:00+00:00',
    });
    expect(await given('acme/tess')).toMatchObject({ id: 'user:tess' });
    expect(await given('etl')).toMatchObject({ id: 'group:etl', name: 'etl', identity_type: 'group' });
    const other = await host.call('POST', '/api/jobs', { body: { name: 'x', command: ['gated'], owner: 'alice' } });
    expect(other.status).toBe(403);
    const page = await read(host.call('GET', '/api/jobs?owner_name=etl'));
    expect(page.body.jobs).toHaveLength(1);
  });
});
