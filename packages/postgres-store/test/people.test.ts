import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditEntry, Notification, Runyard } from '@runyard/core';
import { expect, it } from 'vitest';
import { bearer, ended, logOf, useHosts } from './two-hosts.ts';

const hosts = useHosts();
const aKey = (id: string) => ({ id, key: randomBytes(32) });
const encryptionKeys = [aKey('k1')];
const publicUrl = 'http://127.0.0.1:9/api';

it('of two that start at the same moment one makes the first admin, and each lets the host in', async () => {
  const [a, b] = await hosts.startTwo();
  const tokens = await Promise.all(['a', 'b'].map(hosts.oneTimeToken));
  expect(new Set(tokens).size).toBe(2);
  for (const runyard of [a, b])
    for (const token of tokens)
      expect(await (await bearer(runyard, token))?.users.me()).toMatchObject({ name: 'admin', admin: true });
  expect((await a.users.list()).items).toHaveLength(1);
  expect((await b.audit.list({ action: 'user.created' })).items).toHaveLength(1);
  const asAdmin = await bearer(b, tokens[0] ?? '');
  const { token } = (await asAdmin?.tokens.mint({ name: 'laptop' })) ?? { token: '' };
  expect(await bearer(a, token)).not.toBeNull();
  // From then on, at both, whoever has still a file of it.
  for (const runyard of [a, b]) for (const one of tokens) expect(await bearer(runyard, one)).toBeNull();
});

it('a token that was made at one is good at the other, until it is revoked at either', async () => {
  const [a, b] = await hosts.startTwo();
  const ann = await a.users.create({ name: 'ann' });
  const first = await a.tokens.mint({ name: 'cli', userId: ann.id });
  expect(await (await bearer(b, first.token))?.users.me()).toMatchObject({ id: ann.id, name: 'ann' });
  const second = await b.tokens.rotate(first.view.id, { overlapMs: 0 });
  expect(await Promise.all([bearer(a, first.token), bearer(b, first.token)])).toEqual([null, null]);
  expect(await bearer(a, second.token)).not.toBeNull();
  await a.tokens.revoke(second.view.id);
  expect(await Promise.all([bearer(a, second.token), bearer(b, second.token)])).toEqual([null, null]);
});

it('who is let into a group at one sees its jobs at the other, and none when he was put out of it', async () => {
  const [a, b] = await hosts.startTwo();
  const ann = await a.users.create({ name: 'ann' });
  const { token } = await b.tokens.mint({ name: 'cli', userId: ann.id });
  const lab = await a.groups.create({ name: 'lab' });
  const job = await a.jobs.create({ name: 'nightly', command: ['show'], owner: `group:${lab.id}` });
  const asAnn = async (runyard: Runyard) => (await bearer(runyard, token))?.jobs;
  await expect((await asAnn(a))?.get(job.id)).rejects.toMatchObject({ code: 'job-not-found' });
  await b.groups.addMember(lab.id, ann.id);
  for (const runyard of [a, b])
    expect(await (await asAnn(runyard))?.get(job.id)).toMatchObject({ spec: { name: 'nightly' } });
  expect((await ended(b, job.id)).state).toBe('succeeded');
  await a.groups.removeMember(lab.id, ann.id);
  for (const runyard of [a, b])
    await expect((await asAnn(runyard))?.get(job.id)).rejects.toMatchObject({ code: 'job-not-found' });
});

it("a run's own token is good at every instance, for as long as the run goes on", async () => {
  const [a, b] = await hosts.startTwo({ publicUrl });
  const job = await a.jobs.create({ name: 'hold', command: ['hold'] });
  const { id } = await b.jobs.start(job.id);
  await expect.poll(() => hosts.shown.length).toBe(1);
  const token = hosts.shown[0]?.env.RUNYARD_TOKEN ?? '';
  for (const runyard of [a, b])
    expect(await (await bearer(runyard, token))?.jobs.get(job.id)).toMatchObject({ id: job.id });
  hosts.release();
  await a.runs.wait(id);
  expect(await Promise.all([bearer(a, token), bearer(b, token)])).toEqual([null, null]);
});

it('a secret that was made at one is given to a run at the other, and masked for whoever reads its log', async () => {
  const [a, b] = await hosts.startTwo({ encryptionKeys });
  const value = 'correct-horse-battery-staple';
  await a.secrets.create({ name: 'db', value });
  const secrets = [{ name: 'db', type: 'environment_variable' as const, location: 'DB' }];
  const job = await a.jobs.create({ name: 'show', command: ['show'], secrets });
  // Either may take a run that waits, until it was the other one.
  for (let n = 0; n < 50 && !hosts.shown.some(({ host }) => host === 'b'); n++) {
    const run = await ended(b, job.id);
    expect(run.state).toBe('succeeded');
    for (const runyard of [a, b]) expect(await logOf(runyard, run.id)).toContain('DB is ***\n');
  }
  expect(hosts.shown.at(-1)).toMatchObject({ host: 'b', env: { DB: value } });
});

it('what one writes while the other rotates the keys is kept as it was written, and the old key can go', async () => {
  const old = aKey('old');
  const both = [aKey('new'), old];
  const before = await hosts.start('a', { encryptionKeys: [old] });
  const names = Array.from({ length: 25 }, (_, n) => `s${n}`);
  const made = await Promise.all(names.map((name) => before.secrets.create({ name, value: `${name} as it was made` })));
  await hosts.stop(before);

  const [a, b] = await hosts.startTwo({ encryptionKeys: both });
  const [rotation] = await Promise.all([
    a.secrets.rotate(),
    ...made.map(({ id, name }) => b.secrets.update(id, { value: `${name} as it was changed` })),
    ...names.map((name) => b.secrets.create({ name: `${name}-late`, value: `${name} as it came late` })),
  ]);
  expect(rotation).toMatchObject({ unreadable: [] });
  expect(await b.secrets.rotate()).toMatchObject({ resealed: 0, keys: [{ id: 'new', values: 50 }], unreadable: [] });

  const c = await hosts.start('c', { encryptionKeys: both.slice(0, 1) });
  const all = names.flatMap((name) => [name, `${name}-late`]);
  const location = (name: string): string => name.toUpperCase().replace('-', '_');
  const secrets = all.map((name) => ({ name, type: 'environment_variable' as const, location: location(name) }));
  await ended(c, (await c.jobs.create({ name: 'show', command: ['show'], secrets })).id);
  const changed = names.map((name) => [location(name), `${name} as it was changed`]);
  const late = names.map((name) => [location(`${name}-late`), `${name} as it came late`]);
  expect(hosts.shown.at(-1)?.env).toMatchObject(Object.fromEntries([...changed, ...late]));
});

it('each failure is told once, by one of those who could, also of those that start meanwhile', async () => {
  const told: { by: string; id: string; run: string | undefined }[] = [];
  const options = (by: string) => ({
    notify: async ({ id, run }: Notification) => {
      // So that there is always more to send than one may at a time.
      await sleep(10);
      told.push({ by, id, run: run?.id });
    },
  });
  const [a, b] = await Promise.all(['a', 'b'].map((name) => hosts.start(name, options(name))));
  if (!a || !b) throw new Error('they did not start');
  const job = await a.jobs.create({ name: 'fail', command: ['fail'] });
  const runs = await Promise.all(Array.from({ length: 40 }, (_, n) => ended(n % 2 ? a : b, job.id)));
  // Each looks at its start for what others have left.
  await Promise.all(['c', 'd', 'e'].map((name) => hosts.start(name, options(name))));
  const statesOf = async () => (await a.webhooks.deliveries('host', { limit: 200 })).items.map(({ state }) => state);
  await expect.poll(statesOf, { timeout: 10_000 }).toEqual(Array(40).fill('delivered'));
  expect(told.map(({ run }) => run).sort()).toEqual(runs.map(({ id }) => id).sort());
  expect(new Set(told.map(({ id }) => id)).size).toBe(40);
  expect(new Set(told.map(({ by }) => by)).size).toBeGreaterThan(1);
});

it('the trail has every deed of both once, those about one thing in the order in which they were done', async () => {
  const [a, b] = await hosts.startTwo({ encryptionKeys });
  const names = Array.from({ length: 30 }, (_, n) => `g${n}`);
  await Promise.all(
    names.map(async (name, n) => {
      const [one, other] = n % 2 ? [a, b] : [b, a];
      const { id } = await one.groups.create({ name });
      await other.groups.update(id, { description: 'of the lab' });
      await one.groups.remove(id);
    }),
  );
  const whole = (await a.audit.list({ action: 'group', limit: 200, descending: false })).items;
  expect(whole).toHaveLength(90);
  const deeds = Map.groupBy(whole, ({ subject }) => subject.name);
  for (const name of names)
    expect(deeds.get(name)?.map(({ action }) => action)).toEqual(['group.created', 'group.changed', 'group.removed']);
  const paged: AuditEntry[] = [];
  for (let after: string | undefined; ; ) {
    const page = await b.audit.list({ action: 'group', limit: 7, descending: false, ...(after && { after }) });
    paged.push(...page.items);
    if (page.next === undefined) break;
    after = page.next;
  }
  expect(paged).toEqual(whole);
});
