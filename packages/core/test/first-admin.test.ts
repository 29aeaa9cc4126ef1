import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { createRunyard } from '../src/create-runyard.ts';
import type { Store } from '../src/ports/store.ts';
import type { RunyardOptions } from '../src/services/options.ts';
import type { Runyard } from '../src/services/runyard.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';

let dir: string;
let store: Store;
let logged: string[];
const open: Runyard[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'runyard-first-'));
  store = memoryStore();
  logged = [];
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  await rm(dir, { recursive: true, force: true });
});

const file = (instance = 'a'): string => join(dir, instance, 'first-admin-token');
const tokenIn = async (instance = 'a'): Promise<string | null> =>
  readFile(file(instance), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );

const start = async (instance = 'a', options: RunyardOptions = {}): Promise<Runyard> => {
  const log = (fields: object, message: string) => logged.push(`${JSON.stringify(fields)} ${message}`);
  const clock = new ManualClock();
  const runyard = await createRunyard({
    dataDir: join(dir, instance),
    store,
    directory: true,
    autoStart: false,
    clock,
    executors: { scripted: scriptedExecutor(new ScriptedEngine({ clock })) },
    logger: { debug: log, info: log, warn: log, error: log },
    ...options,
  });
  open.push(runyard);
  return runyard;
};

const stop = async (runyard: Runyard): Promise<void> => {
  open.splice(open.indexOf(runyard), 1);
  await runyard.close();
};

const bearer = async (runyard: Runyard, token: string | null) => {
  const request = new Request('http://host/', { headers: { authorization: `token ${token}` } });
  const principal = await runyard.http.authenticate?.(request, {});
  return principal ? runyard.as(principal) : null;
};

it('without an admin in the store one is made, with a one-time token in a file that only the host can read', async () => {
  const runyard = await start();
  const token = await tokenIn();
  expect(token).toMatch(/^ryd_[0-9A-Za-z]{49}$/);
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  expect(await (await bearer(runyard, token))?.users.me()).toMatchObject({ name: 'admin', admin: true, scopes: null });
  expect(logged.filter((line) => line.includes(file()))).toHaveLength(1);
  expect(logged.join('\n')).not.toContain(token);
});

it('`firstAdmin` says what he is called', async () => {
  const runyard = await start('a', { directory: { firstAdmin: 'root' } });
  expect((await runyard.users.list()).items.map(({ name }) => name)).toEqual(['root']);
});

it('the one-time token dies with its file when an admin has one that stays', async () => {
  const runyard = await start();
  const oneTime = await tokenIn();
  const asAdmin = await bearer(runyard, oneTime);
  const { token } = (await asAdmin?.tokens.mint({ name: 'laptop' })) ?? {};
  expect(await tokenIn()).toBeNull();
  expect(await bearer(runyard, oneTime)).toBeNull();
  expect(await (await bearer(runyard, token ?? null))?.users.me()).toMatchObject({ admin: true });
  expect((await store.documents({ kind: 'token', owners: [''], limit: 10 })).items).toEqual([]);
  await stop(runyard);
  await start();
  expect(await tokenIn()).toBeNull();
});

it.each([
  ['is narrowed', { scopes: ['jobs:read' as const] }],
  ['is for one job', { jobId: 'a job' }],
  ['is of somebody who is no admin', { userId: 'ann' }],
])('a token that %s leaves the one-time token as it is', async (_, given) => {
  const runyard = await start();
  const ann = await runyard.users.create({ name: 'ann' });
  const job = await runyard.jobs.create({ name: 'a', command: 'x' });
  const asAdmin = await bearer(runyard, await tokenIn());
  await asAdmin?.tokens.mint({
    name: 'x',
    ...('scopes' in given && given),
    ...('jobId' in given && { jobId: job.id }),
    ...('userId' in given && { userId: ann.id }),
  });
  expect(await bearer(runyard, await tokenIn())).not.toBeNull();
});

it('it dies also where another admin is the one who is given a token', async () => {
  const runyard = await start();
  const oneTime = await tokenIn();
  const ann = await runyard.users.create({ name: 'ann', admin: true });
  await runyard.tokens.mint({ name: 'x', userId: ann.id });
  expect(await tokenIn()).toBeNull();
  expect(await bearer(runyard, oneTime)).toBeNull();
});

it('a start that finds its token good leaves it; killed before the file was written, the next start makes another', async () => {
  const first = await start();
  const token = await tokenIn();
  await stop(first);
  const second = await start();
  expect(await tokenIn()).toBe(token);
  await stop(second);
  await rm(file());
  const third = await start();
  const other = await tokenIn();
  expect(other).toMatch(/^ryd_/);
  expect(await bearer(third, token)).toBeNull();
  expect(await bearer(third, other)).not.toBeNull();
  expect((await third.users.list()).items).toHaveLength(1);
});

it('killed between the token that stays and the end of the file, the file is dead and goes at the next start', async () => {
  const first = await start();
  const oneTime = await tokenIn();
  const [admin] = (await first.users.list()).items;
  await stop(first);
  // As another instance would have done it.
  const elsewhere = await start('b');
  await elsewhere.tokens.mint({ name: 'x', userId: admin?.id ?? '' });
  expect(await tokenIn()).toBe(oneTime);
  expect(await bearer(elsewhere, oneTime)).toBeNull();
  await start();
  expect(await tokenIn()).toBeNull();
});

it('it is dead from when the token that stays is in the store, whether or not anybody has taken it away', async () => {
  const runyard = await start();
  const oneTime = await tokenIn();
  const [admin] = (await runyard.users.list()).items;
  const ann = await runyard.users.create({ name: 'ann', admin: true });
  const { view } = await runyard.tokens.mint({ name: 'x', userId: ann.id, scopes: ['jobs:read'] });
  const narrow = await store.document('token', view.id);
  expect(await bearer(runyard, oneTime)).not.toBeNull();
  // As if its instance had been killed right behind the write.
  if (!narrow || !admin) throw new Error('no token');
  const lasting = { ...narrow, revision: 2, data: { ...(narrow.data as object), scopes: null } };
  await store.commit([[{ kind: 'document.update', document: lasting, expectRevision: 1 }]]);
  expect(await bearer(runyard, oneTime)).toBeNull();
});

it('a file with something else in it is written anew', async () => {
  await stop(await start());
  await writeFile(file(), 'ryd_of_another_store\n');
  const runyard = await start();
  expect(await bearer(runyard, await tokenIn())).not.toBeNull();
});

it('of several instances that start at once one makes him, and each can let the host in', async () => {
  const instances = await Promise.all(['a', 'b', 'c'].map((name) => start(name)));
  expect((await store.documents({ kind: 'user', limit: 10 })).items).toHaveLength(1);
  for (const [i, name] of ['a', 'b', 'c'].entries()) {
    const runyard = instances[i];
    if (runyard)
      expect(await (await bearer(runyard, await tokenIn(name)))?.users.me()).toMatchObject({ name: 'admin' });
  }
});

it('where the name is that of somebody who is no admin, nobody is made one behind his back', async () => {
  const runyard = await start();
  const root = await runyard.users.create({ name: 'root', admin: true });
  const [admin] = (await runyard.users.list()).items;
  await runyard.users.update(admin?.id ?? '', { admin: false });
  // Nothing of ours lets the last one go.
  const last = await store.document('user', root.id);
  if (last) await store.commit([[{ kind: 'document.remove', documentKind: 'user', id: root.id }]]);
  await stop(runyard);
  await rm(file(), { force: true });
  const next = await start();
  expect((await next.users.list()).items).toMatchObject([{ name: 'admin', admin: false }]);
  expect(await tokenIn()).toBeNull();
  expect(logged.at(-1)).toContain('directory.firstAdmin');
});

it('a user of the host who calls himself as he is called does not become him', async () => {
  const runyard = await start('a', { authenticate: () => ({ kind: 'user', id: 'admin' }) });
  expect(await runyard.http.authenticate?.(new Request('http://host/'), {})).toEqual({ kind: 'user', id: 'admin' });
  const [admin] = (await runyard.users.list()).items;
  expect(admin).toMatchObject({ name: 'admin', externalId: null });
  await runyard.users.update(admin?.id ?? '', { externalId: 'corp-1' });
  expect((await runyard.users.list()).items).toMatchObject([{ externalId: 'corp-1' }]);
});

it('without the option `directory` nobody is made', async () => {
  await start('a', { directory: false });
  expect((await store.documents({ kind: 'user', limit: 10 })).items).toEqual([]);
  expect(await tokenIn()).toBeNull();
});
