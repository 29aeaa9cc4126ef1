import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Action, type Answer, authorize, type Resource, rules } from '../src/access/authorize.ts';
import type { Principal } from '../src/access/principal.ts';
import { isRunyardError } from '../src/domain/errors.ts';
import type { Services } from '../src/services/api.ts';
import { type AccessWorld, accessWorld, type Things } from './support/access-world.ts';

/*
 * Who may do what, derived by hand from what the documentation promises. Each cell has four letters, for what the action is about:
 * nothing in particular (a list, a new thing of one's own), one's own, that of one's group, that of others.
 * A: allowed; D: refused, with the missing right (403); H: as if it were not there (404).
 *
 * ann        a user, in one group                  read … metrics  ann's token with one scope: jobs:read, jobs:write, jobs:start, secrets:write, metrics:read
 * root       an admin                              admin           ann's token with the scope admin
 * system     the library itself                    nothing         ann's token with no scope at all
 * host       a record of the host, scope admin     one-job         ann's token for one job; button: that with jobs:start
 * host-read  a record of the host, jobs:read       run             the token that a run of ann's job has
 */
const table = `
              ann  root system host host-read admin read write start secrets metrics nothing one-job button run
job.read      AAAH AAAA AAAA   AAAA AAAA      AAAH  AAAH AAAH  AAAH  DDDH    DDDH    DDDH    DAHH    DAHH   DAHH
job.write     AAAH AAAA AAAA   AAAA DDDD      AAAH  DDDH AAAH  DDDH  DDDH    DDDH    DDDH    DAHH    DDHH   DDHH
job.start     AAAH AAAA AAAA   AAAA DDDD      AAAH  DDDH AAAH  AAAH  DDDH    DDDH    DDDH    DAHH    DAHH   DAHH
run.read      AAAH AAAA AAAA   AAAA AAAA      AAAH  AAAH AAAH  AAAH  DDDH    DDDH    DDDH    DAHH    DAHH   DAHH
run.stop      AAAH AAAA AAAA   AAAA DDDD      AAAH  DDDH AAAH  AAAH  DDDH    DDDH    DDDH    DAHH    DAHH   DAHH
image.read    AAAH AAAA AAAA   AAAA AAAA      AAAH  AAAH AAAH  AAAH  DDDH    DDDH    DDDH    DHHH    DHHH   DHHH
image.build   AAAH AAAA AAAA   AAAA DDDD      AAAH  DDDH AAAH  DDDH  DDDH    DDDH    DDDH    DHHH    DHHH   DHHH
secret.read   AAAH AAAA AAAA   AAAA AAAA      AAAH  AAAH AAAH  DDDH  AAAH    DDDH    DDDH    DHHH    DHHH   DHHH
secret.write  AAAH AAAA AAAA   AAAA DDDD      AAAH  DDDH DDDH  DDDH  AAAH    DDDH    DDDH    DHHH    DHHH   DHHH
secret.rotate DDDH AAAA AAAA   AAAA DDDD      DDDH  DDDH DDDH  DDDH  DDDH    DDDH    DDDH    DHHH    DHHH   DHHH
webhook.read  AAAH AAAA AAAA   AAAA AAAA      AAAH  AAAH AAAH  DDDH  DDDH    DDDH    DDDH    DHHH    DHHH   DHHH
webhook.write AAAH AAAA AAAA   AAAA DDDD      AAAH  DDDH AAAH  DDDH  DDDH    DDDH    DDDH    DHHH    DHHH   DHHH
token.read    AAHH AAAA AAAA   AAAA DDDD      AAHH  DDHH DDHH  DDHH  DDHH    DDHH    DDHH    DHHH    DHHH   DHHH
token.write   AAHH AAAA AAAA   AAAA DDDD      AAHH  DDHH DDHH  DDHH  DDHH    DDHH    DDHH    DHHH    DHHH   DHHH
user.read     AAHH AAAA AAAA   AAAA AAAA      AAHH  AAHH AAHH  AAHH  DDHH    DDHH    DDHH    DHHH    DHHH   DHHH
user.write    DDDH AAAA AAAA   AAAA DDDD      DDDH  DDDH DDDH  DDDH  DDDH    DDDH    DDDH    DHHH    DHHH   DHHH
group.read    AAAH AAAA AAAA   AAAA AAAA      AAAH  AAAH AAAH  AAAH  DDDH    DDDH    DDDH    DHHH    DHHH   DHHH
group.write   DDDH AAAA AAAA   AAAA DDDD      DDDH  DDDH DDDH  DDDH  DDDH    DDDH    DDDH    DHHH    DHHH   DHHH
audit.read    AAAH AAAA AAAA   AAAA AAAA      AAAH  AAAH AAAH  AAAH  DDDH    DDDH    DDDH    DHHH    DHHH   DHHH
owner.read    AAAH AAAA AAAA   AAAA AAAA      AAAH  AAAH AAAH  AAAH  AAAH    DDDH    DDDH    DHHH    DHHH   DHHH
metrics.read  DDDH AAAA AAAA   AAAA DDDD      DDDH  DDDH DDDH  DDDH  DDDH    DDDH    DDDH    DHHH    DHHH   DHHH
`;

const [head = [], ...rows] = table
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/ +/));
const abouts = ['none', 'own', 'group', 'other'] as const;
type About = (typeof abouts)[number];
const letters: Record<string, Answer> = { A: 'allow', D: 'deny', H: 'hide' };

const cells = rows.flatMap(([action = '', ...row]) =>
  head.flatMap((who, i) =>
    abouts.map((about, j) => ({ action: action as Action, who, about, answer: letters[row[i]?.[j] ?? ''] })),
  ),
);

let world: AccessWorld;
let principals: Record<string, Principal>;
beforeAll(async () => {
  world = await accessWorld();
  const { ann, root, things } = world;
  const narrowed = (...scopes: string[]): Principal => ({ ...ann, scopes });
  const job = things.own.job;
  const ofHost: Principal = { kind: 'token', id: 'deploy', admin: true };
  principals = {
    ann,
    root,
    system: { kind: 'system', id: 'system', admin: true },
    host: { ...ofHost, scopes: ['admin'] },
    'host-read': { ...ofHost, scopes: ['jobs:read'] },
    admin: narrowed('admin'),
    read: narrowed('jobs:read'),
    write: narrowed('jobs:write'),
    start: narrowed('jobs:start'),
    secrets: narrowed('secrets:write'),
    metrics: { ...narrowed('metrics:read'), directory: 'token' },
    nothing: narrowed(),
    'one-job': { ...ann, job },
    button: { ...narrowed('jobs:start'), job },
    run: { kind: 'token', id: ann.id, scopes: ['jobs:read', 'jobs:start'], job },
  };
});
afterAll(() => world[Symbol.asyncDispose]());

it('the table has every action, every scope and no empty cell', () => {
  expect(rows.map(([action]) => action).sort()).toEqual(Object.keys(rules).sort());
  expect(Object.keys(principals).sort()).toEqual([...head].sort());
  expect(cells.filter(({ answer }) => answer === undefined)).toEqual([]);
  expect(cells).toHaveLength(21 * 15 * 4);
});

describe('authorize', () => {
  const isOfJobs = (action: Action): boolean => /^(job|run)\./.test(action);
  const resourceOf = (action: Action, about: About): Resource | null => {
    if (about === 'none') return null;
    const { owner, job } = world.things[about];
    return isOfJobs(action) ? { owner, job } : { owner };
  };

  it.each(rows.map(([action]) => action as Action))('%s is answered as the table says, for everybody', (action) => {
    const row = cells.filter((cell) => cell.action === action);
    const answers = row.map(({ who, about }) => ({
      who,
      about,
      answer: authorize(principals[who] ?? never, action, resourceOf(action, about)),
    }));
    expect(answers).toEqual(row.map(({ who, about, answer }) => ({ who, about, answer })));
  });

  it('a token for one job sees no other job of its owner', () => {
    const resource = { owner: world.things.own.owner, job: world.secondJob };
    for (const who of ['one-job', 'button', 'run'])
      expect(authorize(principals[who] ?? never, 'job.read', resource)).toBe('hide');
  });
});

/** A call that changes nothing that a later one needs: what is allowed may well be refused for what it asks for. */
type Call = (services: Services, things: Things) => Promise<unknown>;

/** How the library is asked for each action: with nothing in particular, and with somebody's thing. Absent: no method does that. */
const calls: Record<Action, { none?: Call; of?: Call }> = {
  'job.read': { none: ({ jobs }) => jobs.list(), of: ({ jobs }, { job }) => jobs.get(job) },
  'job.write': {
    none: ({ jobs }) => jobs.create({ name: '', command: 'x' }),
    of: ({ jobs }, { job }) => jobs.update(job, { description: 'x' }),
  },
  'job.start': { of: ({ jobs }, { job }) => jobs.start(job) },
  'run.read': { none: ({ runs }) => runs.list(), of: ({ runs }, { run }) => runs.get(run) },
  'run.stop': { of: ({ runs }, { run }) => runs.cancel(run) },
  'image.read': { none: ({ images }) => images.list() },
  'image.build': { none: ({ images }) => images.build({ base: 'x' }) },
  'secret.read': { none: ({ secrets }) => secrets.list(), of: ({ secrets }, { secret }) => secrets.get(secret) },
  'secret.write': {
    none: ({ secrets }) => secrets.create({ name: '', value: 'x' }),
    of: ({ secrets }, { secret }) => secrets.update(secret, { description: 'x' }),
  },
  'secret.rotate': { none: ({ secrets }) => secrets.rotate() },
  'webhook.read': { none: ({ webhooks }) => webhooks.list(), of: ({ webhooks }, { webhook }) => webhooks.get(webhook) },
  'webhook.write': {
    none: ({ webhooks }) => webhooks.create({ url: '' }),
    of: ({ webhooks }, { webhook }) => webhooks.update(webhook, { description: 'x' }),
  },
  'token.read': { none: ({ tokens }) => tokens.list() },
  'token.write': {
    none: ({ tokens }) => tokens.mint({ name: '' }),
    of: async ({ tokens }, { token }) => token && tokens.rotate(token, { overlapMs: -1 }),
  },
  'user.read': { none: ({ users }) => users.list(), of: async ({ users }, { user }) => user && users.get(user) },
  'user.write': {
    none: ({ users }) => users.create({ name: '' }),
    of: async ({ users }, { user }) => user && users.update(user, { email: null }),
  },
  'group.read': {
    none: ({ groups }) => groups.list(),
    of: async ({ groups }, { group }) => group && groups.get(group),
  },
  'group.write': {
    none: ({ groups }) => groups.create({ name: '' }),
    of: async ({ groups }, { group }) => group && groups.update(group, { description: 'x' }),
  },
  'audit.read': { none: ({ audit }) => audit.list() },
  // Over HTTP: see http-owners.test.ts.
  'owner.read': {},
  'metrics.read': { none: ({ metrics }) => metrics.read() },
};

describe('the services of the library', () => {
  const ofGroups = ['group.read', 'group.write'];
  const ofUsers = ['token.write', 'user.read', 'user.write'];

  // Nobody owns a group, and no group has users or tokens: those cells are of `authorize` alone.
  const thingsFor = (action: Action, about: Exclude<About, 'none'>): Things | null => {
    if (ofGroups.includes(action))
      return about === 'own' ? null : world.things[about === 'other' ? 'otherGroup' : about];
    return ofUsers.includes(action) && about === 'group' ? null : world.things[about];
  };

  const asked = async (action: Action, who: string, about: About): Promise<Answer | null> => {
    const services = world.t.runyard.as(principals[who] ?? never);
    const call = about === 'none' ? calls[action].none : calls[action].of;
    const things = about === 'none' ? world.things.own : thingsFor(action, about);
    if (!call || !things) return null;
    try {
      await call(services, things);
      return 'allow';
    } catch (error) {
      if (!isRunyardError(error)) throw error;
      if (error.code === 'forbidden') return 'deny';
      return error.code.endsWith('-not-found') ? 'hide' : 'allow';
    }
  };

  it.each(rows.map(([action]) => action as Action))(
    '%s is answered as the table says, for everybody',
    async (action) => {
      const wrong: string[] = [];
      for (const { who, about, answer } of cells.filter((cell) => cell.action === action)) {
        const came = await asked(action, who, about);
        if (came !== null && came !== answer) wrong.push(`${who}, ${about}: ${came} instead of ${answer}`);
      }
      expect(wrong).toEqual([]);
    },
  );
});

// No principal: nothing is allowed to it, and no cell says so.
const never: Principal = { kind: 'user', id: 'nobody', scopes: [] };
