import { expect, it } from 'vitest';
import { people } from './support/people.ts';

it('only admins make, change and remove users, and a user reads himself and nobody else', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const bob = await p.user('bob', { admin: true });
  const annAs = await ann.as();
  await expect(annAs.users.create({ name: 'eve' })).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringContaining('only admins'),
  });
  await expect(annAs.users.update(ann.id, { admin: true })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(annAs.users.remove(ann.id)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(annAs.users.update(bob.id, { name: 'x' })).rejects.toMatchObject({ code: 'user-not-found' });
  await expect(annAs.users.get(bob.id)).rejects.toMatchObject({ code: 'user-not-found' });
  expect(await annAs.users.get(ann.id)).toMatchObject({ name: 'ann', admin: false, externalId: 'ann' });
  expect((await annAs.users.list()).items).toEqual([ann.view]);
  const bobAs = await bob.as();
  expect((await bobAs.users.list()).items.map(({ name }) => name)).toEqual(['admin', 'ann', 'bob']);
  expect(await bobAs.users.create({ name: 'eve', email: 'eve@example.com' })).toMatchObject({
    email: 'eve@example.com',
  });
});

it('a user is changed by what is given, and null takes a field away', async () => {
  await using p = await people();
  const { id } = await p.user('ann', { displayName: 'Ann', email: 'ann@example.com' });
  expect(await p.all.users.update(id, { email: null, admin: true })).toMatchObject({
    displayName: 'Ann',
    email: null,
    admin: true,
    externalId: 'ann',
  });
  expect(await p.all.users.update(id, { name: 'anna', externalId: 'a1' })).toMatchObject({
    name: 'anna',
    externalId: 'a1',
  });
});

it('names and external ids are unique, and the refusal says which of them is taken, and by whom', async () => {
  await using p = await people();
  const ann = await p.user('ann', { externalId: 'corp-1' });
  await expect(p.all.users.create({ name: 'ann', externalId: 'x' })).rejects.toMatchObject({
    code: 'name-in-use',
    field: 'name',
    id: ann.id,
  });
  await expect(p.all.users.create({ name: 'other', externalId: 'corp-1' })).rejects.toMatchObject({
    code: 'name-in-use',
    field: 'externalId',
    id: ann.id,
  });
  const bob = await p.user('bob');
  await expect(p.all.users.update(bob.id, { name: 'ann' })).rejects.toMatchObject({
    code: 'name-in-use',
    field: 'name',
  });
});

it.each([
  [{ name: '' }, 'name'],
  [{ name: ' ann' }, 'name'],
  [{ name: 'ann', email: 'nobody' }, 'email'],
  [{ name: 'ann', isAdmin: true }, 'isAdmin'],
])('a user that is given as %j is refused by its field', async (input, field) => {
  await using p = await people();
  await expect(p.all.users.create(input)).rejects.toMatchObject({ field });
});

it.each(['demoted', 'removed'])('there is always an admin: of two that are %s at once one stays', async (what) => {
  await using p = await people();
  const [first] = (await p.all.users.list()).items;
  const second = await p.all.users.create({ name: 'ann', admin: true });
  const end = (id: string) => (what === 'removed' ? p.all.users.remove(id) : p.all.users.update(id, { admin: false }));
  const ended = await Promise.allSettled([end(first?.id ?? ''), end(second.id)]);
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(ended.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'last-admin' } });
  expect((await p.all.users.list()).items.filter(({ admin }) => admin)).toHaveLength(1);
});

it('there is always an admin: the last one is neither demoted nor removed', async () => {
  await using p = await people();
  const [first] = (await p.all.users.list()).items;
  if (!first) throw new Error('no first admin');
  await expect(p.all.users.update(first.id, { admin: false })).rejects.toMatchObject({ code: 'last-admin' });
  await expect(p.all.users.remove(first.id)).rejects.toMatchObject({ code: 'last-admin' });
  await p.user('bob', { admin: true });
  await p.all.users.remove(first.id);
  await expect(p.all.users.get(first.id)).rejects.toMatchObject({ code: 'user-not-found' });
});

it('with a user go his tokens and memberships, in one transaction', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const lab = await p.all.groups.create({ name: 'lab' });
  await p.all.groups.addMember(lab.id, ann.id);
  await p.all.users.remove(ann.id);
  expect(await p.bearer(ann.token)).toBeNull();
  expect((await p.all.groups.members(lab.id)).items).toEqual([]);
  const left = await Promise.all(
    (['token', 'member'] as const).map((kind) =>
      p.store.documents({ kind, limit: 100, owners: [`user:${ann.id}`, `group:${lab.id}`] }),
    ),
  );
  expect(left.flatMap(({ items }) => items)).toEqual([]);
});

it('a user who owns jobs stays, and the refusal lists them', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const job = await (await ann.as()).jobs.create({ name: 'nightly', command: 'x' });
  await expect(p.all.users.remove(ann.id)).rejects.toMatchObject({
    code: 'owner-in-use',
    id: job.id,
    message: expect.stringContaining(`'nightly' (${job.id})`),
  });
  expect(await p.bearer(ann.token)).not.toBeNull();
  await p.all.jobs.remove(job.id);
  await p.all.users.remove(ann.id);
});

it('a job that is made for a user while he is removed does not outlive him', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const annAs = await ann.as();
  const commit = p.store.commit;
  let isRemoved = false;
  // Between the look at the owner and the write.
  p.store.commit = async (batches) => {
    if (!isRemoved && batches[0]?.some(({ kind }) => kind === 'job.insert')) {
      isRemoved = true;
      await p.all.users.remove(ann.id);
    }
    return commit(batches);
  };
  await expect(annAs.jobs.create({ name: 'late', command: 'x' })).rejects.toMatchObject({
    code: 'user-not-found',
    field: 'owner',
  });
  expect((await p.all.jobs.list()).items).toEqual([]);
});

it('a token that is minted while its user is removed dies with him', async () => {
  await using p = await people();
  const ann = await p.user('ann');
  const commit = p.store.commit;
  let minted: string | undefined;
  p.store.commit = async (batches) => {
    if (
      minted === undefined &&
      batches[0]?.some((change) => change.kind === 'document.remove' && change.documentKind === 'user')
    ) {
      minted = '';
      minted = (await p.all.tokens.mint({ name: 'late', userId: ann.id })).token;
    }
    return commit(batches);
  };
  await p.all.users.remove(ann.id);
  expect(minted).toMatch(/^ryd_/);
  expect(await p.bearer(minted ?? '')).toBeNull();
  expect((await p.store.documents({ kind: 'token', limit: 10, owners: [`user:${ann.id}`] })).items).toEqual([]);
});

it('`me` tells who asks: his groups by name, and what his token is narrowed to', async () => {
  await using p = await people();
  const ann = await p.user('ann', { displayName: 'Ann' });
  const lab = await p.all.groups.create({ name: 'lab' });
  await p.all.groups.addMember(lab.id, ann.id);
  const { token } = await p.all.tokens.mint({ name: 'narrow', userId: ann.id, scopes: ['jobs:read'] });
  expect(await (await p.bearer(token))?.users.me()).toMatchObject({
    kind: 'user',
    id: ann.id,
    name: 'ann',
    admin: false,
    groups: [{ id: lab.id, name: 'lab' }],
    scopes: ['jobs:read'],
    user: { displayName: 'Ann' },
  });
  expect(await p.all.users.me()).toMatchObject({ kind: 'system', admin: true, user: null });
});

it('without the option `directory` there are no users, groups and tokens, and the refusal says so', async () => {
  await using p = await people({ directory: false });
  const refused = { code: 'no-directory', field: 'directory' };
  await expect(p.all.users.create({ name: 'ann' })).rejects.toMatchObject(refused);
  await expect(p.all.groups.list()).rejects.toMatchObject(refused);
  await expect(p.all.tokens.mint({ name: 'x', userId: '0'.repeat(32) })).rejects.toMatchObject(refused);
  expect(await p.all.users.me()).toMatchObject({ kind: 'system' });
});

it.each([
  ['a zero width space', 'an\u200bn'],
  ['a zero width joiner', 'an\u200dn'],
  ['a mark that turns the direction', 'a\u202enn'],
  ['a line separator', 'a\u2028nn'],
  ['a control character', 'a\u0007nn'],
  ['half of a surrogate pair', 'ann\ud800'],
  ['a byte order mark', '\ufeffann'],
])('two names that look the same are the same: no user and no group is called by one with %s', async (_, name) => {
  await using p = await people();
  const refusal = { code: 'invalid-request', field: 'name', message: expect.stringContaining('not seen') };
  await expect(p.all.users.create({ name })).rejects.toMatchObject(refusal);
  await expect(p.all.groups.create({ name })).rejects.toMatchObject(refusal);
  const ann = await p.all.users.create({ name: 'ann' });
  await expect(p.all.users.update(ann.id, { name })).rejects.toMatchObject(refusal);
});

it('a name that is shown may be written with joiners, as some languages are, and with nothing else that is not seen', async () => {
  await using p = await people();
  const displayName = 'علی\u200cرضا';
  expect(await p.all.users.create({ name: 'ali', displayName })).toMatchObject({ displayName });
  await expect(p.all.users.create({ name: 'eve', displayName: 'eve\u202e' })).rejects.toMatchObject({
    field: 'displayName',
  });
});
