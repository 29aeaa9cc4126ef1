import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopes } from '../src/access/authorize.ts';
import { allRoutes as routes } from '../src/http/all-routes.ts';
import { accessTable, columns } from './support/http-access-table.ts';
import { httpWorld, type Whose, type World } from './support/http-world.ts';
import { addressOf, routeCalls } from './support/route-calls.ts';

let world: World;
beforeAll(async () => {
  world = await httpWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

it('every route is in the table, and the table has no other', () => {
  const inTable = [...new Set(accessTable.map(({ route }) => route))];
  expect(inTable.sort()).toEqual(routes.map(nameOf).sort());
  expect(Object.keys(routeCalls).sort()).toEqual(routes.map(nameOf).sort());
});

it('every scope has a column', () => {
  expect(columns.filter((column) => column.startsWith('ann/')).map((column) => column.slice(4))).toEqual([...scopes]);
});

it('what is somebody’s is in the table for each of whose it can be', () => {
  for (const { route, method, path } of routes.map((route) => ({ ...route, route: nameOf(route) }))) {
    if (!/_id\}/.test(path)) continue;
    const rows = accessTable.filter((row) => row.route === route).map(({ thing }) => thing);
    const isOfUsers = /^\/(users|tokens)/.test(path);
    expect(rows, `${method} ${path}`).toEqual(isOfUsers ? ['own', 'other'] : ['own', 'group', 'other']);
  }
});

/** The token of a column's principal. For those that are narrowed to a job, to the one that the call is about where it is Ann's own. */
const tokenOf = async (column: string, job: string | undefined): Promise<string | undefined> => {
  const { people } = world;
  const [name, limit] = column.split('/');
  switch (name) {
    case 'nobody':
      return undefined;
    case 'job':
      return (await world.token(people.ann, { jobId: job ?? (await world.job('own')) })).token;
    case 'run':
      return world.runToken(job ?? (await world.job('own')));
    default: {
      const scope = scopes.find((each) => each === limit);
      return (await world.token(people[name as keyof typeof people], scope ? { scopes: [scope] } : {})).token;
    }
  }
};

describe('who may do what over HTTP', () => {
  it.each(accessTable)('$route of $thing', async ({ route, thing, cells }) => {
    const makeCall = routeCalls[route];
    const described = routes.find((each) => nameOf(each) === route);
    if (!makeCall || !described) throw new Error(`There is no route ${route}.`);
    const whose: Whose = thing === '-' ? 'own' : thing;
    const found: Record<string, string> = {};
    for (const column of columns) {
      const call = await makeCall(world, whose);
      const token = await tokenOf(column, whose === 'own' ? call.job : undefined);
      const answer = await world.call(described.method, addressOf(call), {
        ...(token !== undefined && { token }),
        ...(call.body && { body: call.body }),
      });
      const isRight = Object.keys(described.answers).includes(String(answer.status)) && answer.status < 300;
      // Whoever may ask for it is told that nobody answers there.
      const isAsked = answer.body?.code === 'source-unreachable';
      found[column] = isRight || isAsked ? 'ok' : String(answer.status);
      if (answer.status === 403) expect(answer.body).toMatchObject({ code: 'forbidden' });
      if (answer.status === 403 && !/(^|\.)owner$/.test(answer.body.field))
        expect(answer.body.detail).toMatch(/takes the scope|only admins|narrowed/);
      if (answer.status === 404) expect(answer.body.code).toMatch(/-not-found$/);
    }
    expect(found).toEqual(cells);
  });
});

describe('a token that is good for nothing', () => {
  const kinds: [string, () => Promise<string> | string][] = [
    ['revoked', () => world.revoked()],
    ['expired', () => world.expired()],
    ['of another installation', () => world.foreign()],
    [
      'of a user who was removed',
      async () => {
        const user = await world.user();
        const { token } = await world.token(user);
        await world.runyard.users.remove(user);
        return token;
      },
    ],
    [
      'of a run that has ended',
      async () => {
        const job = await world.job('own');
        const token = await world.runToken(job);
        for (const run of (await world.runyard.runs.list({ jobId: job })).items) {
          await world.runyard.runs.cancel(run.id);
          await world.runyard.runs.wait(run.id);
        }
        return token;
      },
    ],
  ];

  it.each(kinds)('%s is let in by no route, whatever there is', async (_, token) => {
    for (const { access, method, path } of routes) {
      const call = await routeCalls[`${method} ${path}`]?.(world, 'own');
      if (!call) throw new Error(`There is no call for ${method} ${path}.`);
      const answer = await world.call(method, addressOf(call), {
        token: await token(),
        ...(call.body && { body: call.body }),
      });
      const isOpen = access === 'public' && path !== '/auth/token';
      expect([`${method} ${path}`, answer.status]).toEqual([`${method} ${path}`, isOpen ? 200 : 401]);
    }
  });
});

it('a token for one job sees no other of its owner, nor their runs', async () => {
  const [job, other] = [await world.job('own'), await world.job('own')];
  const run = await world.runyard.jobs.start(other);
  const ofJob = (await world.token(world.people.ann, { jobId: job })).token;
  const ofRun = await world.runToken(job);
  for (const token of [ofJob, ofRun]) {
    expect((await world.call('GET', `/jobs/${job}`, { token })).status).toBe(200);
    for (const [method, path] of [
      ['GET', `/jobs/${other}`],
      ['PATCH', `/jobs/${other}`],
      ['POST', `/jobs/${other}/start`],
      ['DELETE', `/jobs/${other}`],
      ['GET', `/runs/${run.id}`],
      ['GET', `/runs/${run.id}/logs`],
      ['POST', `/runs/${run.id}/cancel`],
      ['POST', `/runs/${run.id}/abandon`],
    ] as const)
      expect([method, path, (await world.call(method, path, { token })).status]).toEqual([method, path, 404]);
  }
});

it('lists show what one may see, and nothing else', async () => {
  const jobs = { own: await world.job('own'), group: await world.job('group'), other: await world.job('other') };
  const secrets = {
    own: await world.secret('own'),
    group: await world.secret('group'),
    other: await world.secret('other'),
  };
  const credentials = {
    own: await world.credential('own'),
    group: await world.credential('group'),
    other: await world.credential('other'),
  };
  const webhooks = {
    own: await world.webhook('own'),
    group: await world.webhook('group'),
    other: await world.webhook('other'),
  };
  const groups = {
    own: await world.group('own'),
    group: await world.group('group'),
    other: await world.group('other'),
  };
  const tokens = { own: (await world.token(world.people.ann)).id, other: (await world.token(world.people.zoe)).id };
  const seenBy = async (user: string, path: string, key: string) => {
    const { token } = await world.token(user);
    const { body } = await world.call('GET', `${path}?page_size=1000&descending=true`, { token });
    return (body[key] as { id: string }[]).map(({ id }) => id);
  };
  const among = (all: Record<string, string>, ids: string[]) =>
    Object.keys(all).filter((key) => ids.includes(all[key] ?? ''));
  for (const [name, things] of [
    ['jobs', jobs],
    ['secrets', secrets],
    ['git_credentials', credentials],
    ['webhooks', webhooks],
    ['groups', groups],
    ['tokens', tokens],
  ] as const) {
    const seen = async (user: string) => among(things, await seenBy(user, `/${name}`, name));
    expect([name, await seen(world.people.ann)]).toEqual([name, name === 'tokens' ? ['own'] : ['own', 'group']]);
    expect([name, await seen(world.people.ben)]).toEqual([name, name === 'tokens' ? [] : ['group']]);
    expect([name, await seen(world.people.eve)]).toEqual([name, []]);
  }
  const audited = async (user: string) => {
    const { token } = await world.token(user);
    const { body } = await world.call('GET', '/audit?page_size=1000&action=secret', { token });
    return among(
      secrets,
      (body.entries as { subject: { id: string } }[]).map(({ subject }) => subject.id),
    );
  };
  expect(await audited(world.people.ann)).toEqual(['own', 'group']);
  expect(await audited(world.people.eve)).toEqual([]);
  expect(await audited(world.people.root)).toEqual(['own', 'group', 'other']);
});
