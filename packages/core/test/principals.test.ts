import { expect, it } from 'vitest';
import type { Principal } from '../src/access/principal.ts';
import { createHttpApp } from '../src/http/create-http-app.ts';
import { people } from './support/people.ts';

const asked = (user: string): Request => new Request('http://host/api/jobs', { headers: { 'x-user': user } });
const byHeader = (request: Request): Principal | null => {
  const id = request.headers.get('x-user');
  return id === null ? null : { kind: 'user', id };
};

const wrong: [string, unknown, string][] = [
  ['nothing at all', {}, 'kind'],
  ['no id', { kind: 'user' }, 'id'],
  ['an empty id', { kind: 'user', id: '' }, 'id'],
  ['a number for an id', { kind: 'user', id: 7 }, 'id'],
  ['an unknown kind', { kind: 'admin', id: 'ann' }, 'kind'],
  ['a text for the flag', { kind: 'user', id: 'ann', admin: 'false' }, 'admin'],
  ['a text for scopes', { kind: 'user', id: 'ann', admin: true, scopes: 'openid helpdesk-admin' }, 'scopes'],
  ['null for scopes', { kind: 'user', id: 'ann', scopes: null }, 'scopes'],
  ['a text for groups', { kind: 'user', id: 'ann', groups: 'lab' }, 'groups'],
];

it.each(wrong)(
  'a principal of the host that is none is a fault of the host, which is told what is wrong: %s',
  async (_, given, field) => {
    const told: unknown[] = [];
    const quiet = (): void => {};
    const logger = { debug: quiet, info: quiet, warn: quiet, error: (fields: object) => void told.push(fields) };
    await using p = await people({ logger });
    const app = createHttpApp(p.all, { authenticate: () => given as Principal });
    const response = await app.fetch(asked('ann'));
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([500, 'invalid-option']);
    expect(told).toMatchObject([{ err: { code: 'invalid-option', field: `authenticate(request).${field}` } }]);
    expect(() => p.all.as(given as Principal)).toThrow(
      expect.objectContaining({ code: 'invalid-option', field: `as(principal).${field}` }),
    );
  },
);

it("no request is the library's own", async () => {
  await using p = await people();
  const app = createHttpApp(p.all, { authenticate: () => ({ kind: 'system', id: 'system', admin: true }) });
  expect((await app.fetch(asked('ann'))).status).toBe(500);
  expect(await p.all.as({ kind: 'system', id: 'system', admin: true }).users.me()).toMatchObject({ kind: 'system' });
});

it('more than a principal has is left out, and what is undefined is as if it were not there', async () => {
  await using p = await people({ directory: true });
  const root = await p.user('root', { admin: true });
  const session = { kind: 'user', id: 'root', admin: undefined, email: 'root@example.com' } as unknown as Principal;
  const authenticate = p.all.http.authenticateWith(() => session);
  const principal = await authenticate(asked('root'), {});
  expect(principal).toMatchObject({ id: root.id, admin: true });
  expect(principal).not.toHaveProperty('email');
});

it('whoever is called by the host as the record of another is not the other', async () => {
  await using p = await people({ authenticate: byHeader });
  const boss = await p.user('boss', { admin: true });
  const authenticate = p.all.http.authenticate;
  await expect(authenticate?.(asked(boss.id), {})).rejects.toMatchObject({
    code: 'invalid-option',
    field: 'authenticate(request).id',
    message: expect.stringContaining('externalId'),
  });
  const asToken = p.all.http.authenticateWith(() => ({ kind: 'token', id: boss.id }));
  await expect(asToken(asked(''), {})).rejects.toMatchObject({ code: 'invalid-option' });
  expect(await authenticate?.(asked('f'.repeat(32)), {})).toMatchObject({ id: 'f'.repeat(32) });
});

it('an `authenticate` that asks ours first may tell what it said', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const own = p.all.http.authenticateWith(async (request) => (await p.all.http.authenticate?.(request, {})) ?? null);
  const request = new Request('http://host/', { headers: { authorization: `token ${ann.token}` } });
  expect(await own(request, {})).toMatchObject({ id: ann.id, name: 'ann' });
});

it('who owns something under the id that the host gives him is not put into the directory under it', async () => {
  await using p = await people({ authenticate: byHeader });
  const ofAnn = { name: 'nightly', command: 'x', owner: 'user:ann' };
  const job = await p.all.jobs.create(ofAnn);
  const refusal = {
    code: 'owner-in-use',
    id: job.id,
    field: 'externalId',
    message: expect.stringMatching(/'nightly'.*`externalId: null`/s),
  };
  await expect(p.all.users.create({ name: 'ann' })).rejects.toMatchObject(refusal);
  await expect(p.all.users.create({ name: 'Ann', externalId: 'ann' })).rejects.toMatchObject(refusal);
  const ann = await p.all.users.create({ name: 'ann', externalId: null });
  await expect(p.all.users.update(ann.id, { externalId: 'ann' })).rejects.toMatchObject(refusal);
  const { job: his } = await p.all.jobs.clone(job.id, { owner: `user:${ann.id}` });
  await p.all.jobs.remove(job.id);
  await p.all.users.update(ann.id, { externalId: 'ann' });
  const principal = await p.all.http.authenticate?.(asked('ann'), {});
  expect(principal && (await p.all.as(principal).jobs.list()).items.map(({ id }) => id)).toEqual([his.id]);
});
