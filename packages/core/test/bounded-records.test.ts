import { expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import type { AuditEntry } from '../src/domain/audit.ts';
import type { DocumentKind, StoredDocument } from '../src/domain/document.ts';
import { withinLimits } from '../src/engine/within-limits.ts';
import type { Change } from '../src/ports/store.ts';
import { httpWorld } from './support/http-world.ts';
import { people } from './support/people.ts';

const kib = 1024;
const id = (n: number): string => String(n).padStart(32, '0');
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const insert = (data: unknown, kind: DocumentKind = 'secret'): Change => {
  const document: StoredDocument = {
    ...{ kind, id: id(1), owner: 'user:a', name: 'a', lookup: null, revision: 1 },
    ...{ data, createdAt: 1, updatedAt: 1 },
  };
  return { kind: 'document.insert', document };
};

const told = (details: AuditEntry['details']): Change => {
  const subject = { kind: 'token', id: id(1), name: 'a' };
  const entry = {
    id: id(2),
    at: 1,
    by: { id: 'system', name: null },
    action: 'token.minted',
    subject,
    owner: 'user:a',
  };
  return { kind: 'audit.insert', entry: { ...entry, details } };
};

const opened = async () => {
  const store = withinLimits(memoryStore());
  await store.open();
  return store;
};

it('a document of 256 KiB is written, and of one byte more nothing of its batch', async () => {
  const store = await opened();
  const data = (length: number) => ({ text: 'x'.repeat(length - bytes({ text: '' })) });
  const tooLarge = store.commit([[told({}), insert(data(256 * kib + 1))]]);
  await expect(tooLarge).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringMatching(/secret 'a'.* 262144 bytes.* 262145/),
  });
  expect(await store.document('secret', id(1))).toBe(null);
  expect((await store.audit({ limit: 10 })).items).toEqual([]);
  expect(await store.commit([[insert(data(256 * kib))]])).toEqual([{ ok: true }]);
});

it('what the engine itself keeps is never refused, since a run could not end for it', async () => {
  const store = await opened();
  expect(await store.commit([[insert('x'.repeat(257 * kib), 'delivery')]])).toEqual([{ ok: true }]);
});

it.each<[string, AuditEntry['details']]>([
  ['a long text', { note: 'ü'.repeat(9 * kib) }],
  ['a long list', { scopes: Array<string>(80_000).fill('jobs:read') }],
  ['an object', { from: Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`f${i}`, i])) }],
  ['very many fields', Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`field ${i}`, i]))],
  ['a long name of a field', { ['n'.repeat(9 * kib)]: 1 }],
])('of what an audit entry tells (%s) 8 KiB are kept, and it says what was shortened', async (_, details) => {
  const store = await opened();
  expect(await store.commit([[told({ job: id(3), ...details })]])).toEqual([{ ok: true }]);
  const [entry] = (await store.audit({ limit: 10 })).items;
  expect(bytes(entry?.details)).toBeLessThanOrEqual(8 * kib);
  expect(entry?.details).toMatchObject({ job: id(3), shortened: true });
});

it('what is within the limits is written as it is', async () => {
  const store = await opened();
  const details = { scopes: ['jobs:read'], note: 'x'.repeat(7 * kib) };
  await store.commit([[told(details)]]);
  expect((await store.audit({ limit: 10 })).items[0]?.details).toEqual(details);
});

it('a deed is done, and its entry shortened, where its principal comes with more than an entry holds', async () => {
  await using p = await people();
  const ann = p.all.as({ kind: 'user', id: 'ann', token: 't'.repeat(20 * kib) });
  const job = await ann.jobs.create({ name: 'a', command: 'x' });
  const [entry] = (await ann.audit.list({ subject: job.id })).items;
  expect(entry).toMatchObject({ action: 'job.created', details: { shortened: true } });
  expect(bytes(entry?.details)).toBeLessThanOrEqual(8 * kib);
});

it('scopes of a token and what a webhook tells of are sets, with no more items than there are', async () => {
  await using world = await httpWorld();
  const { token } = await world.token(world.people.ann);
  const post = (path: string, body: unknown) => world.call('POST', path, { token, body });
  const many = (one: string) => Array<string>(1000).fill(one);
  expect(await post('/tokens', { name: 'a', scopes: many('jobs:read') })).toMatchObject({
    status: 400,
    body: { field: 'scopes', expected: 'at most 6 items' },
  });
  expect(await post('/tokens', { name: 'a', scope: many('jobs:read').slice(0, 50).join(' ') })).toMatchObject({
    status: 400,
    body: { field: 'scope' },
  });
  expect(await post('/tokens', { name: 'a', scopes: ['jobs:start', 'jobs:read', 'jobs:start'] })).toMatchObject({
    status: 201,
    body: { scopes: ['jobs:start', 'jobs:read'] },
  });
  const url = 'https://hooks.example.com/';
  expect(await post('/webhooks', { url, on: many('run.recovered') })).toMatchObject({
    status: 400,
    body: { field: 'on' },
  });
  const made = await post('/webhooks', { url, on: ['run.recovered', 'run.recovered'] });
  expect(made).toMatchObject({ status: 201, body: { on: ['run.recovered'] } });
  const changed = await world.call('PATCH', `/webhooks/${made.body.id}`, {
    token,
    body: { on: ['run.last-failure', 'run.last-failure'] },
  });
  expect(changed).toMatchObject({ status: 200, body: { on: ['run.last-failure'] } });
});
