import { randomBytes } from 'node:crypto';
import type { Runyard } from '@runyard/core';
import { beforeEach, expect, it } from 'vitest';
import { ended, outcomeOf, useHosts } from './two-hosts.ts';

const hosts = useHosts();
const rounds = Array.from({ length: 40 }, (_, n) => n);
const encryptionKeys = [{ id: 'k1', key: randomBytes(32) }];
const command = ['show'];
let a: Runyard;
let b: Runyard;

beforeEach(async () => {
  [a, b] = await hosts.startTwo({ encryptionKeys });
});

// What each came to, the other beginning first every second time.
const race = async (n: number, one: () => Promise<unknown>, other: () => Promise<unknown>): Promise<string[]> => {
  const late = n % 2 ? outcomeOf(other()) : null;
  return Promise.all([outcomeOf(one()), late ?? outcomeOf(other())]);
};

it.each<[string, (runyard: Runyard, name: string) => Promise<unknown>]>([
  ['user', ({ users }, name) => users.create({ name })],
  ['group', ({ groups }, name) => groups.create({ name })],
  ['secret', ({ secrets }, name) => secrets.create({ name, value: 'any value' })],
  ['job', ({ jobs }, name) => jobs.create({ name, command })],
])('of two that make a %s of one name at once one does, and the other is told `name-in-use`', async (_, make) => {
  for (const n of rounds) {
    const outcomes = await race(
      n,
      () => make(a, `n${n}`),
      () => make(b, `n${n}`),
    );
    expect(outcomes.sort()).toEqual(['done', 'name-in-use']);
  }
});

it.each<[string, (runyard: Runyard, name: string) => Promise<{ id: string }>, Rename]>([
  ['users', ({ users }, name) => users.create({ name }), ({ users }, id, name) => users.update(id, { name })],
  ['groups', ({ groups }, name) => groups.create({ name }), ({ groups }, id, name) => groups.update(id, { name })],
  ['jobs', ({ jobs }, name) => jobs.create({ name, command }), ({ jobs }, id, name) => jobs.update(id, { name })],
])('of two %s that take one name at once one gets it, and the other is told `name-in-use`', async (_, make, rename) => {
  for (const n of rounds) {
    const [x, y] = await Promise.all([make(a, `a${n}`), make(b, `b${n}`)]);
    const outcomes = await race(
      n,
      () => rename(a, x.id, `n${n}`),
      () => rename(b, y.id, `n${n}`),
    );
    expect(outcomes.sort()).toEqual(['done', 'name-in-use']);
  }
});

type Rename = (runyard: Runyard, id: string, name: string) => Promise<unknown>;

it.each<[string, (owner: string, name: string) => Promise<{ id: string }>]>([
  ['a job', (owner, name) => b.jobs.create({ name, command, owner })],
  ['a secret', (owner, name) => b.secrets.create({ name, value: 'any value', owner })],
])('a group that is given %s while it is removed keeps it, or is gone before', async (_, give) => {
  for (const n of rounds) {
    const { id } = await a.groups.create({ name: `g${n}` });
    const owner = `group:${id}`;
    const outcomes = await race(
      n,
      () => a.groups.remove(id),
      () => give(owner, `n${n}`),
    );
    expect([
      ['done', 'group-not-found'],
      ['owner-in-use', 'done'],
    ]).toContainEqual(outcomes);
    const isThere = (await outcomeOf(b.groups.get(id))) === 'done';
    const [jobs, secrets] = await Promise.all([a.jobs.list({ owner }), a.secrets.list({ owner })]);
    expect([...jobs.items, ...secrets.items]).toHaveLength(isThere ? 1 : 0);
  }
});

it('who is let into a group while he or it is removed is in no group that is not there', async () => {
  for (const n of rounds) {
    const [user, group] = await Promise.all([a.users.create({ name: `u${n}` }), b.groups.create({ name: `g${n}` })]);
    const remove = () => (n % 4 < 2 ? a.users.remove(user.id) : a.groups.remove(group.id));
    const [removed, added] = await race(n, remove, () => b.groups.addMember(group.id, user.id));
    expect(removed).toBe('done');
    expect(['done', 'group-not-found', 'user-not-found']).toContain(added);
    if (n % 4 < 2) expect((await b.groups.members(group.id)).items).toEqual([]);
    else expect((await b.audit.list({ action: 'group.removed', subject: group.id })).items).toHaveLength(1);
  }
});

it('nothing belongs to what is gone, however much two do at once', async () => {
  const at = (n: number): Runyard => (n % 2 ? a : b);
  const [groups, users] = await Promise.all([
    Promise.all(rounds.map((n) => at(n).groups.create({ name: `g${n}` }))),
    Promise.all(rounds.map((n) => at(n).users.create({ name: `u${n}` }))),
  ]);
  const idOf = (all: readonly { id: string }[], n: number): string => all[n % all.length]?.id ?? '';
  const tokens = await Promise.all(users.map(({ id }, n) => at(n).tokens.mint({ name: 'cli', userId: id })));
  const deeds = rounds.flatMap((n) => [
    at(n).groups.remove(idOf(groups, n)),
    at(n + 1).groups.addMember(idOf(groups, n), idOf(users, n)),
    at(n).groups.addMember(idOf(groups, n + 7), idOf(users, n)),
    at(n + 1).tokens.rotate(tokens[n]?.view.id ?? ''),
    at(n).tokens.mint({ name: 'other', userId: idOf(users, n) }),
    at(n + 1).users.remove(idOf(users, n)),
    // Half of the groups have nothing that would keep them.
    ...(n % 4 < 2 ? [at(n + 1).jobs.create({ name: `j${n}`, command, owner: `group:${idOf(groups, n)}` })] : []),
    ...(n % 4 === 0 ? [at(n).secrets.create({ name: 's', value: 'any', owner: `group:${idOf(groups, n)}` })] : []),
  ]);
  const codes = new Set(await Promise.all(deeds.map(outcomeOf)));
  const known = ['done', 'owner-in-use', 'group-not-found', 'user-not-found', 'token-not-found'];
  expect([...codes].filter((code) => !known.includes(code))).toEqual([]);
  const gone = "NOT EXISTS (SELECT 1 FROM documents o WHERE o.kind || ':' || o.id = x.owner)";
  const orphans = await hosts.ask(`
    SELECT 'job', x.name FROM jobs x WHERE x.removed_at IS NULL AND x.owner <> 'user:system' AND ${gone}
    UNION ALL SELECT x.kind, x.name FROM documents x WHERE x.kind IN ('secret', 'member', 'token') AND x.owner <> '' AND ${gone}
    UNION ALL SELECT x.kind, x.name FROM documents x WHERE x.kind = 'member'
      AND NOT EXISTS (SELECT 1 FROM documents o WHERE o.kind = 'user' AND o.id = x.name)`);
  expect(orphans).toEqual([]);
});

it('of two admins who are made none at once, each at another, one stays', async () => {
  let [last] = (await a.users.list()).items;
  for (const n of rounds) {
    const [x, y] = await Promise.all(
      ['x', 'y'].map((name) => a.users.create({ name: `${name}${n}`, admin: true }).then(({ id }) => id)),
    );
    await a.users.update(last?.id ?? '', { admin: false });
    const none = ({ users }: Runyard, id = '', removed: boolean) =>
      removed ? users.remove(id) : users.update(id, { admin: false });
    const outcomes = await race(
      n,
      () => none(a, x, n % 8 > 3),
      () => none(b, y, n % 4 > 1),
    );
    const admins = (await a.users.list({ limit: 1000 })).items.filter(({ admin }) => admin);
    expect([outcomes.sort(), admins.length]).toEqual([['done', 'last-admin'], 1]);
    [last] = admins;
  }
});

it('a secret that is removed while a job attaches it is kept, or the job is refused at its start by both', async () => {
  const secrets = [{ name: 'db', type: 'environment_variable' as const, location: 'DB' }];
  for (const n of rounds) {
    const secret = await a.secrets.create({ name: 'db', value: 'any value' });
    let id = '';
    const attach = async () => {
      ({ id } = await b.jobs.create({ name: `n${n}`, command, secrets }));
    };
    const [removed, attached] = await race(n, () => a.secrets.remove(secret.id), attach);
    expect(['done', 'secret-in-use']).toContain(removed);
    expect(attached).toBe('done');
    if (removed === 'secret-in-use') expect(await ended(a, id)).toMatchObject({ state: 'succeeded' });
    else
      expect(await Promise.all([a, b].map(({ jobs }) => outcomeOf(jobs.start(id))))).toEqual([
        'missing-access',
        'missing-access',
      ]);
    await b.jobs.remove(id);
    await a.secrets.remove(secret.id).catch(() => {});
  }
});

it('a run that is started while its secret is removed gets it, or never runs', async () => {
  const secrets = [{ name: 'db', type: 'environment_variable' as const, location: 'DB' }];
  const job = await b.jobs.create({ name: 'show', command, secrets });
  for (const n of rounds) {
    const secret = await a.secrets.create({ name: 'db', value: `value ${n}` });
    const run = async () => {
      const { state, reason } = await ended(b, job.id);
      if (state === 'failed') throw Object.assign(new Error(), { code: reason });
    };
    const [removed, ran] = await race(n, () => a.secrets.remove(secret.id, { allowInUse: true }), run);
    expect(removed).toBe('done');
    expect(['done', 'missing-access', 'unknown-credential']).toContain(ran);
  }
  for (const { env } of hosts.shown) expect(env.DB).toMatch(/^value \d+$/);
});
