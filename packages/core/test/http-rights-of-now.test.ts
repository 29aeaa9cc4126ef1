import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createHttpApp } from '../src/http/create-http-app.ts';
import { people } from './support/people.ts';
import { slowCall } from './support/slow-body.ts';

const keys = [{ id: 'k', key: randomBytes(32) }];
const long = 2_000;

it('who was removed while his body came makes nobody an admin, and gets no other token', async () => {
  await using p = await people();
  const app = createHttpApp(p.all);
  const root = await p.user('root', { admin: true });
  await p.user('other', { admin: true });
  const calls = [
    slowCall(app, '/users', { token: root.token, body: { username: 'backdoor', admin: true } }),
    slowCall(app, '/tokens', { token: root.token, body: { name: 'another' } }),
  ];
  await Promise.all(calls.map(({ reading }) => reading));
  await p.all.users.remove(root.id);
  await p.t.clock.advance(long);
  for (const { go } of calls) go();
  for (const { answer } of calls)
    expect(await answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  expect((await p.all.users.list()).items.map(({ name }) => name)).not.toContain('backdoor');
});

it('who was made no admin while his body came acts as the user that he is now', async () => {
  await using p = await people();
  const app = createHttpApp(p.all);
  const root = await p.user('root', { admin: true });
  await p.user('other', { admin: true });
  const call = slowCall(app, '/users', { token: root.token, body: { username: 'backdoor', admin: true } });
  await call.reading;
  await p.all.users.update(root.id, { admin: false });
  await p.t.clock.advance(long);
  call.go();
  expect(await call.answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
});

it('a body that comes at once, or slowly from somebody who may, is taken', async () => {
  await using p = await people();
  let asked = 0;
  const bodies: string[] = [];
  const app = createHttpApp(p.all, {
    authenticate: async (request) => {
      asked++;
      bodies.push(asked === 1 ? '' : await request.clone().text());
      return { kind: 'user', id: 'ann' };
    },
  });
  const quick = slowCall(app, '/jobs', { token: '-', body: { name: 'quick', command: 'x' } });
  quick.go();
  expect((await quick.answer).status).toBe(201);
  expect(asked).toBe(1);
  asked = 0;
  const slow = slowCall(app, '/jobs', { token: '-', body: { name: 'slow', command: 'x' } });
  await slow.reading;
  await p.t.clock.advance(long);
  slow.go();
  expect((await slow.answer).status).toBe(201);
  expect(asked).toBe(2);
  // Whoever judges by the body sees it again.
  expect(bodies.at(-1)).toBe(JSON.stringify({ name: 'slow', command: 'x' }));
});

it.each([
  ['/jobs', { name: 'late', command: 'x' }],
  ['/secrets', { name: 'late', value: 'xyz123' }],
] as const)('what somebody makes for himself is refused once he is removed, however fast: %s', async (path, body) => {
  await using p = await people({ encryptionKeys: keys });
  const app = createHttpApp(p.all);
  const ann = await p.user('ann');
  const call = slowCall(app, path, { token: ann.token, body });
  await call.reading;
  await p.all.users.remove(ann.id);
  call.go();
  expect(await call.answer).toMatchObject({ status: 404, body: { code: 'user-not-found' } });
  const owner = `user:${ann.id}`;
  expect((await p.all.jobs.list({ owner })).items).toEqual([]);
  expect((await p.all.secrets.list({ owner })).items).toEqual([]);
});

it("one of the host's users whose id looks like ours, and who is not in the directory, makes what he may", async () => {
  await using p = await people();
  const id = 'f'.repeat(32);
  const app = createHttpApp(p.all, { authenticate: () => ({ kind: 'user', id }) });
  const call = slowCall(app, '/jobs', { token: '-', body: { name: 'his', command: 'x' } });
  call.go();
  expect((await call.answer).status).toBe(201);
});

it('a token that is revoked while it mints another mints none', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const { token, view } = await p.all.tokens.mint({ name: 'leaked', userId: ann.id });
  const leaked = await p.bearer(token);
  await p.all.tokens.revoke(view.id);
  await expect(leaked?.tokens.mint({ name: 'another' })).rejects.toMatchObject({ code: 'unauthenticated' });
  expect((await p.all.tokens.list({ userId: ann.id })).items.map(({ name }) => name)).toEqual(['test']);
});

it.each([
  ['POST', '/jobs', { name: 'new' }],
  ['PATCH', '/jobs/{id}', {}],
  ['PUT', '/jobs', { name: 'new' }],
])('who leaves a group while his job is checked saves nothing for it: %s %s', async (method, path, fields) => {
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  await using p = await people({
    secretProvider: {
      secret: async () => {
        asked.resolve();
        await gate.promise;
        return 'a value';
      },
    },
  });
  const app = createHttpApp(p.all);
  const ann = await p.user('ann');
  const lab = await p.all.groups.create({ name: 'lab' });
  await p.all.groups.addMember(lab.id, ann.id);
  const owner = `group:${lab.id}`;
  const job = await p.all.jobs.create({ name: 'old', command: 'x', owner });
  const given = {
    ...fields,
    ...(method !== 'PATCH' && { owner }),
    command: 'y',
    secrets: [{ name: 's', attachment_type: 'environment_variable', location: 'S' }],
  };
  const call = app.fetch(
    new Request(`http://host/api${path.replace('{id}', job.id)}?check=true`, {
      method,
      headers: { authorization: `token ${ann.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(method === 'PUT' ? { jobs: [given] } : given),
    }),
  );
  const early = await Promise.race([asked.promise, call.then((response) => response.text())]);
  expect(early).toBeUndefined();
  await p.all.groups.removeMember(lab.id, ann.id);
  gate.resolve();
  const { status } = await call;
  expect([403, 404]).toContain(status);
  expect((await p.all.jobs.list({ owner })).items).toMatchObject([{ revision: 1, spec: { name: 'old' } }]);
});
