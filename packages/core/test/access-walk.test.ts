import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../src/access/principal.ts';
import { isRunyardError } from '../src/domain/errors.ts';
import type { Services } from '../src/services/api.ts';
import { type AccessWorld, accessWorld } from './support/access-world.ts';
import { collect } from './support/collect.ts';

let world: AccessWorld;
beforeAll(async () => {
  world = await accessWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** What every method of every service is asked about: things that are there, and are zoe's or her group's. A method without a row fails. */
const walk = (): Record<string, readonly unknown[]> => {
  const { other, otherGroup } = world.things;
  const { owner } = other;
  return {
    'jobs.create': [{ name: 'x', command: 'x', owner }],
    'jobs.get': [other.job],
    'jobs.list': [{}],
    'jobs.update': [other.job, { description: 'x' }],
    'jobs.remove': [other.job],
    'jobs.apply': [{ name: 'x', command: 'x', owner }],
    'jobs.diff': [{ name: 'x', command: 'x', owner }],
    'jobs.check': [other.job],
    'jobs.clone': [other.job],
    'jobs.start': [other.job],
    'jobs.restart': [other.job],
    'jobs.stop': [other.job],
    'jobs.pause': [other.job],
    'jobs.resume': [other.job],
    'jobs.preview': [other.job],
    'jobs.occurrences': [other.job],
    'runs.get': [other.run],
    'runs.list': [{ jobId: other.job }],
    'runs.cancel': [other.run],
    'runs.abandon': [other.run],
    'runs.logs': [other.run],
    'runs.wait': [other.run],
    'images.build': [{ base: 'x' }],
    'images.get': ['x'],
    'images.list': [],
    'secrets.create': [{ name: 'x', value: 'x', owner }],
    'secrets.get': [other.secret],
    'secrets.list': [{ owner }],
    'secrets.update': [other.secret, { value: 'x' }],
    'secrets.remove': [other.secret],
    'secrets.rotate': [],
    'gitCredentials.create': [{ name: 'x', kind: 'ssh', owner }],
    'gitCredentials.get': [other.credential],
    'gitCredentials.list': [{ owner }],
    'gitCredentials.update': [other.credential, { description: 'x' }],
    'gitCredentials.remove': [other.credential],
    'gitCredentials.scanHost': ['127.0.0.1', { port: 9 }],
    'webhooks.create': [{ url: 'https://hooks.example.com/x', owner }],
    'webhooks.get': [other.webhook],
    'webhooks.list': [{ owner }],
    'webhooks.update': [other.webhook, { enabled: false }],
    'webhooks.rotateSecret': [other.webhook],
    'webhooks.remove': [other.webhook],
    'webhooks.test': [other.webhook],
    'webhooks.deliveries': [other.webhook],
    'users.create': [{ name: 'x' }],
    'users.get': [other.user],
    'users.list': [{}],
    'users.update': [other.user, { admin: true }],
    'users.remove': [other.user],
    'users.me': [],
    'groups.create': [{ name: 'x' }],
    'groups.get': [otherGroup.group],
    'groups.list': [{}],
    'groups.update': [otherGroup.group, { name: 'x' }],
    'groups.remove': [otherGroup.group],
    'groups.members': [otherGroup.group],
    'groups.addMember': [otherGroup.group, world.ann.id],
    'groups.removeMember': [otherGroup.group, other.user],
    'tokens.mint': [{ name: 'x', userId: other.user }],
    'tokens.get': [other.token],
    'tokens.list': [{ userId: other.user }],
    'tokens.revoke': [other.token],
    'tokens.rotate': [other.token],
    'audit.list': [{ owner }],
    'metrics.read': [],
  };
};

const methodsOf = (services: Services): [string, (...given: readonly unknown[]) => unknown][] =>
  Object.entries(services).flatMap(([service, methods]) =>
    Object.entries(methods as Record<string, (...given: readonly unknown[]) => unknown>).map(
      ([name, method]) => [`${service}.${name}`, method] as [string, typeof method],
    ),
  );

/** What came of a call: the code of the refusal, or what it answered. */
const asked = async (method: (...given: readonly unknown[]) => unknown, given: readonly unknown[]) => {
  try {
    const answer = await method(...given);
    const isStream = typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
    return { answer: isStream ? await collect(answer as AsyncIterable<unknown>) : answer };
  } catch (error) {
    if (isRunyardError(error)) return { code: error.code };
    throw error;
  }
};

const isRefusal = (code: string | undefined): boolean => code === 'forbidden' || code?.endsWith('-not-found') === true;

it('the walk has a row for every method of every service, and for no other', () => {
  expect(Object.keys(walk()).sort()).toEqual(
    methodsOf(world.t.runyard)
      .filter(([name]) => !/^(http|as|start|close|on|once|off|health|stats)\b/.test(name))
      .map(([name]) => name)
      .sort(),
  );
});

describe.each<[string, (ann: Principal) => Principal]>([
  ['that has no scope at all', (ann) => ({ ...ann, scopes: [] })],
  ['that is for another job', (ann) => ({ ...ann, job: 'f'.repeat(32) })],
  ['of an admin that has no scope', () => ({ ...world.root, scopes: [] })],
])('a token %s', (_, narrowed) => {
  it('is refused by every method', async () => {
    const answered: string[] = [];
    const given = walk();
    for (const [name, method] of methodsOf(world.t.runyard.as(narrowed(world.ann)))) {
      const { code } = await asked(method, given[name] ?? []);
      if (!isRefusal(code)) answered.push(`${name}: ${code ?? 'an answer'}`);
    }
    expect(answered).toEqual([]);
  });
});

it('a schedule that is only described is previewed for nobody who may read no jobs', async () => {
  const { jobs } = world.t.runyard.as({ ...world.ann, scopes: ['secrets:write'] });
  expect(await asked(() => jobs.preview({ cron: '@daily' }), [])).toEqual({ code: 'forbidden' });
});

it('somebody who may do everything with his own learns of the things of others that they are not there, from every method', async () => {
  const told: string[] = [];
  const given = walk();
  const { other, otherGroup } = world.things;
  const theirs = [...Object.values(other), ...Object.values(otherGroup), 'zoe', 'ops'];
  for (const [name, method] of methodsOf(world.t.runyard.as(world.ann))) {
    const { code, answer } = await asked(method, given[name] ?? []);
    const text = JSON.stringify(answer) ?? '';
    if (code === undefined && theirs.some((word) => text.includes(word))) told.push(`${name}: ${text}`);
  }
  expect(told).toEqual([]);
});

it('and changes nothing of theirs', async () => {
  const { other, otherGroup } = world.things;
  const all = world.t.runyard;
  expect(await all.jobs.get(other.job)).toMatchObject({ revision: 1, pause: null });
  expect((await all.runs.list({ jobId: other.job })).items).toHaveLength(1);
  expect((await all.jobs.list({ owner: other.owner })).items).toHaveLength(1);
  expect((await all.secrets.list({ owner: other.owner })).items).toHaveLength(1);
  expect((await all.groups.members(otherGroup.group ?? '')).items.map(({ name }) => name)).toEqual(['zoe']);
  expect((await all.tokens.list({ userId: other.user ?? '' })).items).toHaveLength(1);
  expect(await all.users.get(other.user ?? '')).toMatchObject({ admin: false });
});
