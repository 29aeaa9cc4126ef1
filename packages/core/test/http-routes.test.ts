import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sshdRuns, sshServer } from '../../../test/engines/ssh-server.ts';
import { allRoutes } from '../src/http/all-routes.ts';
import { ids, parametersOf } from '../src/http/ids.ts';
import { generalErrors } from '../src/http/openapi/document.ts';
import { statusOf } from '../src/http/problem.ts';
import type { Route } from '../src/http/route.ts';
import { routes as nativeRoutes } from '../src/http/routes/index-of-routes.ts';
import { brokenBodies, brokenQueries, type JsonSchema } from './support/broken-inputs.ts';
import { httpWorld, type World } from './support/http-world.ts';
import { addressOf, type RouteCall, routeCalls } from './support/route-calls.ts';

let world: World;
let token: string;
beforeAll(async () => {
  world = await httpWorld();
  token = (await world.token(world.people.root)).token;
});
afterAll(() => world[Symbol.asyncDispose]());

const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;
const named = (some: readonly Route[]) => some.map((route) => [nameOf(route), route] as const);

const callOf = async (route: Route): Promise<RouteCall> => {
  const make = routeCalls[nameOf(route)];
  if (!make) throw new Error(`test/support/route-calls.ts has no call for ${nameOf(route)}.`);
  return make(world, 'own');
};
const schemaOf = (schema: z.ZodType): JsonSchema => z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
const declared = (route: Route): string[] => [...generalErrors(route), ...(route.errors ?? [])];

describe('a right request gets what is described', () => {
  // It is refused, whatever it is asked.
  const routes = allRoutes.filter(({ path }) => path !== '/auth/token');
  const scan = 'POST /git_credentials/scan_host';

  it.skipIf(!sshdRuns)(scan, async () => {
    await using server = await sshServer();
    const call = { path: '/git_credentials/scan_host', body: { host: '127.0.0.1', port: server.port } };
    await expectRight(named(routes).find(([name]) => name === scan)?.[1], call);
  });

  it.each(named(routes).filter(([name]) => name !== scan))('%s', async (name, route) => {
    // He who is removed may own nothing.
    const call = name === 'DELETE /users/{user_id}' ? { path: `/users/${await world.user()}` } : await callOf(route);
    await expectRight(route, call);
  });

  const expectRight = async (route: Route | undefined, call: RouteCall): Promise<void> => {
    if (!route) throw new Error('There is no such route.');
    const { status, body, text, headers } = await world.call(route.method, addressOf(call), { token, ...call });
    const answer = route.answers[status];
    expect([status, answer?.description]).toEqual([status, expect.any(String)]);
    expect(status).toBeLessThan(300);
    expect(headers.get('cache-control')).toContain('no-store');
    const type = (answer?.contentTypes ?? ['application/json'])[0];
    if (status === 204) expect(text).toBe('');
    else expect(headers.get('content-type')).toContain(type);
    // What the schema does not have, it would drop.
    if (answer?.schema && !answer.contentTypes) expect(answer.schema.parse(body)).toEqual(body);
    // Everybody in this world has a name, but for those who were removed.
    for (const owner of route.path === '/audit' ? [] : ownersIn(body)) expect(owner).not.toMatch(/^[0-9a-f]{32}$/);
    const location = headers.get('location');
    if (status === 201 && location !== null)
      expect((await world.call('GET', location.slice('/api'.length), { token })).body).toMatchObject({
        id: body.id ?? body.state.id,
      });
  };
});

/** What the owners in an answer are called. */
const ownersIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'identity_type' in value && 'name' in value ? [String(value.name)] : [];
  return [...own, ...Object.values(value).flatMap(ownersIn)];
};

describe('a body with one thing wrong is refused by its field, with a code that is declared', () => {
  it.each(named(allRoutes.filter(({ body }) => body)))('%s', async (_, route) => {
    await expectRefused(route, await callOf(route));
  });

  it.each(['POST', 'PUT'])('%s /recipes, of a recipe of 2022', async (method) => {
    const route = allRoutes.find((each) => each.method === method && each.path === '/recipes');
    const body = { name: world.unique(), image_uri: null, job: { command: 'x' }, owner: world.owner('own') };
    const made = await world.call(method, '/recipes', { token, body });
    expect(made).toMatchObject({ status: 201, body: { spec: { name: body.name } } });
    if (route) await expectRefused(route, { path: '/recipes', body });
  });

  const expectRefused = async (route: Route, call: RouteCall): Promise<void> => {
    if (!route.body) return;
    const broken = brokenBodies(schemaOf(route.body.documented ?? route.body.schema), call.body ?? {});
    expect(broken.length).toBeGreaterThan(3);
    for (const { what, field, value } of broken) {
      const { status, body, text } = await world.call(route.method, addressOf(call), { token, body: value });
      expect([what, status, text]).toEqual([what, 400, text]);
      expect(declared(route), what).toContain(body.code);
      const isHidden = route.body.isSecret && body.code === 'unknown-field';
      if (field !== undefined && !isHidden) expect([what, body.field?.split('.')[0]]).toEqual([what, field]);
    }
  };
});

describe('a query with one thing wrong is refused by its parameter', () => {
  it.each(named(allRoutes.filter(({ query }) => query)))('%s', async (_, route) => {
    const call = await callOf(route);
    if (!route.query) return;
    for (const { what, field, value } of brokenQueries(schemaOf(route.query))) {
      const query = new URLSearchParams(call.query ?? {});
      query.delete(field ?? '');
      for (const one of [value ?? []].flat()) query.append(field ?? '', String(one));
      const { status, body } = await world.call(route.method, `${call.path}?${query}`, { token });
      expect([what, status, body?.code, body?.field?.split('.')[0]]).toEqual([what, 400, 'invalid-request', field]);
    }
  });
});

describe('an id that is none, or that of nothing, is 404 of its own code', () => {
  it.each(named(allRoutes.filter(({ path }) => parametersOf(path).some((name) => name in ids))))(
    '%s',
    async (_, route) => {
      const call = await callOf(route);
      const names = parametersOf(route.path);
      expect(names.filter((name) => !(name in ids))).toEqual([]);
      for (const [index, name] of names.entries()) {
        const isMember = names.length > 1 && index > 0;
        for (const id of [
          'nonsense',
          `${'0'.repeat(31)}g`,
          '..%2f..%2fetc',
          '%00',
          ...(isMember ? [] : ['0'.repeat(32)]),
        ]) {
          const path = route.path.replace(`{${name}}`, id).replace(/\{\w+\}/g, () => pathIdOf(route, call));
          const answer = await world.call(route.method, addressOf({ ...call, path }), { token, body: call.body });
          expect([id, answer.status, answer.body.code]).toEqual([id, 404, ids[name]?.missing]);
        }
      }
    },
  );

  const pathIdOf = ({ path }: Route, call: RouteCall): string =>
    call.path.split('/')[path.split('/').findIndex((part) => part.startsWith('{'))] ?? '';
});

describe('a list', () => {
  const lists = nativeRoutes.filter(({ query }) => query instanceof z.ZodObject && 'page_size' in query.shape);
  // A row of a ledger has no id: it is known by when it begins.
  const itemsOf = (body: Record<string, unknown>): { id: string }[] =>
    (Object.values(body).find(Array.isArray) as { id?: string; from?: string }[]).map((item) => ({
      ...item,
      id: item.id ?? item.from ?? '',
    }));

  it.each(named(lists))('%s leads page by page to its end and back', async (_, route) => {
    for (let i = 0; i < 3; i++) await callOf(route).then(() => fill());
    const { path } = await callOf(route);
    const target = route.path === '/groups/{group_id}/members' ? `/groups/${world.lab}/members` : path;
    if (target.startsWith('/webhooks/') && target !== '/webhooks/host/deliveries') {
      const ping = target.replace(/deliveries$/, 'ping');
      for (let i = 0; i < 3; i++) await world.call('POST', ping, { token });
    }
    if (target.endsWith('/occurrences')) await ledgerOf(target.split('/')[2] ?? '');
    const get = async (query: string) => (await world.call('GET', `${target}?${query}`, { token })).body;
    const all = itemsOf(await get('page_size=1000')).map(({ id }) => id);
    expect(all.length).toBeGreaterThanOrEqual(2);
    const first = await get('page_size=1');
    expect(itemsOf(first).map(({ id }) => id)).toEqual(all.slice(0, 1));
    expect(first.prev_key).toBeUndefined();
    const second = await get(`page_size=1&next_key=${encodeURIComponent(first.next_key)}`);
    expect(itemsOf(second).map(({ id }) => id)).toEqual(all.slice(1, 2));
    const back = await get(`page_size=1&prev_key=${encodeURIComponent(second.prev_key)}`);
    expect(itemsOf(back)).toEqual(itemsOf(first));
    const backwards = itemsOf(await get('page_size=1000&descending=true')).map(({ id }) => id);
    const forwards = itemsOf(await get('page_size=1000&descending=false')).map(({ id }) => id);
    expect(backwards).toEqual([...forwards].reverse());
  });

  const ledgerOf = async (job: string): Promise<void> => {
    await world.runyard.jobs.update(job, { schedule: { cron: '* * * * *' } });
    await world.clock.advance(180_000);
    await world.runyard.jobs.update(job, { schedule: null });
  };

  const fill = async (): Promise<void> => {
    const job = await world.job('own');
    await Promise.all([
      world.runyard.jobs.start(job),
      world.failed(),
      world.secret('own'),
      world.credential('own'),
      world.webhook('own'),
      world.group('own'),
    ]);
  };

  it.each(named(lists))('%s refuses a key that is none', async (_, route) => {
    const { path } = await callOf(route);
    for (const key of ['next_key', 'prev_key']) {
      const { status, body } = await world.call('GET', `${path}?${key}=nonsense`, { token });
      expect([status, body.code]).toEqual([400, 'invalid-request']);
    }
  });
});

it('every code that a route declares has a status below 500, or is one that its operator has to hear of', () => {
  for (const route of allRoutes)
    for (const code of declared(route))
      expect(statusOf[code as keyof typeof statusOf] < 500 || code === 'no-encryption-key', code).toBe(true);
});
