import { expect, it } from 'vitest';
import { hashOfToken } from '../src/access/token-text.ts';
import { people } from './support/people.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

it('a token is shown once, and what is stored of it is its hash', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const { token, view } = await (await ann.as()).tokens.mint({ name: 'ci' });
  const stored = await p.store.document('token', view.id);
  expect(stored?.lookup).toBe(hashOfToken(token));
  const everything = JSON.stringify([
    stored,
    view,
    await p.store.audit({ limit: 1000 }),
    await p.all.tokens.list(),
    p.t.events,
  ]);
  expect(everything).not.toContain(token.slice(4, 40));
});

it('a token stands for its user with his rights of now, and no more than its scopes', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const job = await (await ann.as()).jobs.create({ name: 'a', command: 'x' });
  const { token } = await p.all.tokens.mint({ name: 'reader', userId: ann.id, scopes: ['jobs:read'] });
  const reader = await p.bearer(token);
  expect(await reader?.jobs.get(job.id)).toMatchObject({ id: job.id });
  await expect(reader?.jobs.start(job.id)).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringContaining("'jobs:start' or 'jobs:write'"),
  });
  await p.all.users.update(ann.id, { admin: true });
  await expect((await p.bearer(token))?.jobs.start(job.id)).rejects.toMatchObject({ code: 'forbidden' });
  expect((await (await p.bearer(token))?.users.list())?.items.length).toBe(2);
});

it('a token that is narrowed mints, lists, rotates and revokes none, unless it has the scope admin', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const { token, view } = await p.all.tokens.mint({
    name: 'writer',
    userId: ann.id,
    scopes: ['jobs:write', 'secrets:write'],
  });
  const writer = await p.bearer(token);
  for (const refused of [
    writer?.tokens.mint({ name: 'wider' }),
    writer?.tokens.list(),
    writer?.tokens.rotate(view.id),
    writer?.tokens.revoke(view.id),
  ])
    await expect(refused).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('narrowed') });
  const full = await p.all.tokens.mint({ name: 'full', userId: ann.id, scopes: ['admin'] });
  expect(await (await p.bearer(full.token))?.tokens.mint({ name: 'other' })).toMatchObject({
    view: { userId: ann.id },
  });
});

it('a token for one job sees that job, and of everything else nothing', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const annAs = await ann.as();
  const [job, other] = [
    await annAs.jobs.create({ name: 'a', command: 'x' }),
    await annAs.jobs.create({ name: 'b', command: 'x' }),
  ];
  const { token } = await annAs.tokens.mint({ name: 'button', scopes: ['jobs:start'], jobId: job.id });
  const button = await p.bearer(token);
  const run = await button?.jobs.start(job.id);
  expect((await button?.runs.list({ jobId: job.id }))?.items.map(({ id }) => id)).toEqual([run?.id]);
  await expect(button?.jobs.get(other.id)).rejects.toMatchObject({ code: 'job-not-found' });
  await expect(button?.jobs.list()).rejects.toMatchObject({ code: 'forbidden' });
  await expect(button?.runs.list()).rejects.toMatchObject({ code: 'forbidden' });
  await expect(button?.tokens.list()).rejects.toMatchObject({ code: 'forbidden' });
});

it('a token is minted for no job that its user may not see', async () => {
  await using p = await people();
  const [ann, bob] = [await p.user('ann'), await p.user('bob')];
  const job = await (await bob.as()).jobs.create({ name: 'b', command: 'x' });
  await expect((await ann.as()).tokens.mint({ name: 'x', jobId: job.id })).rejects.toMatchObject({
    code: 'job-not-found',
  });
  await expect(p.all.tokens.mint({ name: 'x', userId: ann.id, jobId: job.id })).rejects.toMatchObject({
    code: 'job-not-found',
  });
});

it('everybody has his own tokens, and admins mint, see and revoke those of all', async () => {
  await using p = await people();
  const [ann, bob, root] = [await p.user('ann'), await p.user('bob'), await p.user('root', { admin: true })];
  const [annAs, rootAs] = [await ann.as(), await root.as()];
  await expect(annAs.tokens.mint({ name: 'x', userId: bob.id })).rejects.toMatchObject({ code: 'user-not-found' });
  const { view } = await rootAs.tokens.mint({ name: 'for bob', userId: bob.id });
  expect(view.userId).toBe(bob.id);
  await expect(annAs.tokens.revoke(view.id)).rejects.toMatchObject({ code: 'token-not-found' });
  await expect(annAs.tokens.rotate(view.id)).rejects.toMatchObject({ code: 'token-not-found' });
  expect((await annAs.tokens.list()).items.map(({ userId }) => userId)).toEqual([ann.id]);
  expect((await annAs.tokens.list({ userId: bob.id })).items).toEqual([]);
  expect((await rootAs.tokens.list({ userId: bob.id })).items.map(({ name }) => name)).toEqual(['test', 'for bob']);
  await rootAs.tokens.revoke(view.id);
  expect((await (await bob.as()).tokens.list()).items.map(({ name }) => name)).toEqual(['test']);
});

it('the system mints for somebody, and has to say for whom', async () => {
  await using p = await people();
  await expect(p.all.tokens.mint({ name: 'x' })).rejects.toMatchObject({ code: 'invalid-request', field: 'userId' });
  await expect(p.all.tokens.mint({ name: 'x', userId: '0'.repeat(32) })).rejects.toMatchObject({
    code: 'user-not-found',
  });
});

it('a token is dead from the instant at which it expires, and none is made that is dead from the beginning', async () => {
  await using p = await people({ autoStart: false });
  const ann = await p.user('ann');
  const expiresAt = p.t.clock.now() + hour;
  const { token } = await p.all.tokens.mint({ name: 'short', userId: ann.id, expiresAt });
  expect(await p.bearer(token)).not.toBeNull();
  await p.t.clock.advance(hour);
  expect(await p.bearer(token)).toBeNull();
  await expect(
    p.all.tokens.mint({ name: 'seconds', userId: ann.id, expiresAt: Math.trunc(expiresAt / 1000) }),
  ).rejects.toMatchObject({ code: 'invalid-request', field: 'expiresAt' });
});

it('a token that was revoked is dead at once', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const { token, view } = await p.all.tokens.mint({ name: 'x', userId: ann.id });
  await p.all.tokens.revoke(view.id);
  expect(await p.bearer(token)).toBeNull();
  await expect(p.all.tokens.revoke(view.id)).rejects.toMatchObject({ code: 'token-not-found' });
});

it('rotation gives a new token of the same name, scopes and job, and the old one dies after the overlap', async () => {
  await using p = await people({ autoStart: false });
  const ann = await p.user('ann');
  const job = await (await ann.as()).jobs.create({ name: 'a', command: 'x' });
  const scopes: ['jobs:start'] = ['jobs:start'];
  const old = await p.all.tokens.mint({ name: 'ci', userId: ann.id, scopes, jobId: job.id });
  const next = await (await ann.as()).tokens.rotate(old.view.id, { overlapMs: 2 * hour });
  expect(next.view).toMatchObject({ name: 'ci', scopes, jobId: job.id, userId: ann.id, expiresAt: null });
  expect((await p.all.tokens.list({ userId: ann.id })).items).toMatchObject([
    { name: 'test' },
    { name: 'ci', replacedBy: next.view.id, expiresAt: p.t.clock.now() + 2 * hour },
    { name: 'ci', replacedBy: null },
  ]);
  await p.t.clock.advance(2 * hour - 1);
  expect(await (await p.bearer(old.token))?.jobs.start(job.id)).toMatchObject({ jobId: job.id });
  await p.t.clock.advance(1);
  expect(await p.bearer(old.token)).toBeNull();
  expect(await (await p.bearer(next.token))?.jobs.start(job.id)).toMatchObject({ jobId: job.id });
});

it('the overlap is a day unless it is said, and never more than thirty', async () => {
  await using p = await people({ autoStart: false });
  const ann = await p.user('ann');
  const { token, view } = await p.all.tokens.mint({ name: 'ci', userId: ann.id });
  await expect(p.all.tokens.rotate(view.id, { overlapMs: 31 * day })).rejects.toMatchObject({ field: 'overlapMs' });
  const next = await p.all.tokens.rotate(view.id);
  await expect(p.all.tokens.rotate(view.id)).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining(next.view.id),
  });
  await p.t.clock.advance(day - 1);
  expect(await p.bearer(token)).not.toBeNull();
  await p.t.clock.advance(1);
  expect(await p.bearer(token)).toBeNull();
});

it('a token that was to expire lives as long again when it is rotated, and its overlap does not lengthen it', async () => {
  await using p = await people({ autoStart: false });
  const ann = await p.user('ann');
  const { view } = await p.all.tokens.mint({ name: 'ci', userId: ann.id, expiresAt: p.t.clock.now() + 2 * hour });
  await p.t.clock.advance(hour);
  const next = await p.all.tokens.rotate(view.id);
  expect(next.view.expiresAt).toBe(p.t.clock.now() + 2 * hour);
  const old = (await p.all.tokens.list({ userId: ann.id })).items.find(({ id }) => id === view.id);
  expect(old?.expiresAt).toBe(p.t.clock.now() + hour);
});

it.each(['mint', 'rotate'] as const)(
  'what has expired for a month is forgotten when its user gets another token (%s)',
  async (how) => {
    await using p = await people({ autoStart: false });
    const ann = await p.user('ann');
    const { view } = await p.all.tokens.mint({ name: 'ci', userId: ann.id });
    const next = await p.all.tokens.rotate(view.id, { overlapMs: 0 });
    await p.t.clock.advance(30 * day - 1);
    const ids = async () => (await p.all.tokens.list({ userId: ann.id })).items.map(({ id }) => id);
    const another = async (name: string) =>
      how === 'mint'
        ? await p.all.tokens.mint({ name, userId: ann.id })
        : await p.all.tokens.rotate((await ids()).at(-1) ?? '');
    await another('one');
    expect(await ids()).toContain(view.id);
    await p.t.clock.advance(1);
    await another('two');
    expect(await ids()).not.toContain(view.id);
    expect(await ids()).toContain(next.view.id);
  },
);

it('the use of a token is noted at most once a minute', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const commit = p.store.commit;
  let writes = 0;
  p.store.commit = (batches) => {
    if (batches.flat().some(({ kind }) => kind === 'document.update')) writes++;
    return commit(batches);
  };
  const lastUsedAt = async () => (await p.all.tokens.list({ userId: ann.id })).items[0]?.lastUsedAt;
  expect(await lastUsedAt()).toBeNull();
  const first = p.t.clock.now();
  for (let i = 0; i < 5; i++) await ann.as();
  await expect.poll(lastUsedAt).toBe(first);
  await p.t.clock.advance(minute - 1);
  await ann.as();
  expect(writes).toBe(1);
  await p.t.clock.advance(1);
  await ann.as();
  await expect.poll(lastUsedAt).toBe(first + minute);
  expect(writes).toBe(2);
});

it('a request does not wait until the use of its token is noted, nor suffer where it cannot be', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const commit = p.store.commit;
  p.store.commit = (batches) =>
    batches.flat().some(({ kind }) => kind === 'document.update') ? new Promise(() => {}) : commit(batches);
  expect(await ann.as()).toBeDefined();
  p.store.commit = (batches) =>
    batches.flat().some(({ kind }) => kind === 'document.update') ? Promise.reject(new Error('full')) : commit(batches);
  await p.t.clock.advance(minute);
  expect(await ann.as()).toBeDefined();
  p.store.commit = commit;
});

it('names of tokens are unique for each user', async () => {
  await using p = await people();
  const [ann, bob] = [await p.user('ann'), await p.user('bob')];
  await p.all.tokens.mint({ name: 'ci', userId: ann.id });
  await p.all.tokens.mint({ name: 'ci', userId: bob.id });
  await expect(p.all.tokens.mint({ name: 'ci', userId: ann.id })).rejects.toMatchObject({ code: 'name-in-use' });
});
