import { randomBytes } from 'node:crypto';
import type { Scope } from '../../src/access/authorize.ts';
import { newTokenText } from '../../src/access/token-text.ts';
import { createHttpApp } from '../../src/http/create-http-app.ts';
import type { HttpApp } from '../../src/http/http-app.ts';
import type { Runyard } from '../../src/services/runyard.ts';
import { ManualClock } from '../../src/testing/manual-clock/manual-clock.ts';
import { exits, hangs } from '../../src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../../src/testing/scripted-executor/scripted-executor.ts';
import { type TestRunyard, testRunyard } from '../../src/testing/test-runyard/test-runyard.ts';
import { read } from './http-host.ts';
import { imageBuilder } from './image-builder.ts';

/** Whose thing: Ann's; that of the group `lab`, in which Ann and Ben are; Zoe's. */
export const whoses = ['own', 'group', 'other'] as const;
export type Whose = (typeof whoses)[number];

/** A Runyard with a directory, people in it, and the HTTP app before it. What they have is made as it is asked for. */
export interface World extends AsyncDisposable {
  runyard: Runyard;
  clock: TestRunyard['clock'];
  app: HttpApp;
  people: Readonly<Record<'ann' | 'ben' | 'eve' | 'zoe' | 'root', string>>;
  lab: string;
  owner(whose: Whose): string;
  unique(): string;
  /** A new one each time. */
  job(whose: Whose): Promise<string>;
  secret(whose: Whose): Promise<string>;
  /** A token for https. */
  credential(whose: Whose): Promise<string>;
  /** To an address to which nothing is sent. */
  webhook(whose: Whose): Promise<string>;
  /** A run that has failed, of which the host’s own hook is told. */
  failed(): Promise<void>;
  user(): Promise<string>;
  group(whose: Whose): Promise<string>;
  /** A token of somebody, and its id. */
  token(user: string, limits?: { scopes?: Scope[]; jobId?: string }): Promise<{ token: string; id: string }>;
  /** What a run got as RUNYARD_TOKEN; the run is active until the end. */
  runToken(job: string): Promise<string>;
  /** Tokens that are good for nothing (any more), a new one each time: that many wrong ones would be slowed. */
  revoked(): Promise<string>;
  expired(): string;
  foreign(): string;
  call(method: string, path: string, options?: { token?: string; body?: unknown }): ReturnType<typeof read>;
}

const enoughExpired = 200;
const failing = 'this fails';

export const httpWorld = async (): Promise<World> => {
  const tokens = new Map<string, string>();
  const clock = new ManualClock();
  const t = await testRunyard({
    directory: true,
    publicUrl: 'http://runyard.test/api',
    encryptionKeys: [{ id: 'key-1', key: randomBytes(32) }],
    notify: async () => {},
    executors: {
      builder: imageBuilder(scriptedExecutor(new ScriptedEngine({ clock, place: 'another' }), { name: 'builder' })),
    },
    clock,
    script: ({ key, secrets, spec }) => {
      if (spec.command === failing) return exits(1);
      const own = secrets.find(({ location }) => location === 'RUNYARD_TOKEN');
      if (own) tokens.set(key.slice(0, 32), own.value);
      return hangs();
    },
  });
  const { runyard } = t;
  const app = createHttpApp(runyard);
  let made = 0;
  const unique = (): string => `thing-${++made}`;
  const person = async (name: string, admin = false) => (await runyard.users.create({ name, admin })).id;
  const people = {
    ann: await person('ann'),
    ben: await person('ben'),
    eve: await person('eve'),
    zoe: await person('zoe'),
    root: await person('root', true),
  };
  const lab = (await runyard.groups.create({ name: 'lab' })).id;
  for (const member of [people.ann, people.ben]) await runyard.groups.addMember(lab, member);
  const owner = (whose: Whose): string =>
    ({ own: `user:${people.ann}`, group: `group:${lab}`, other: `user:${people.zoe}` })[whose];

  const token: World['token'] = async (userId, limits = {}) => {
    const minted = await runyard.tokens.mint({ name: unique(), userId, ...limits });
    return { token: minted.token, id: minted.view.id };
  };
  const job = async (whose: Whose) =>
    (await runyard.jobs.create({ name: unique(), command: 'x', owner: owner(whose) })).id;
  const ending: string[] = [];
  for (let i = 0; i < enoughExpired; i++)
    ending.push(
      (await runyard.tokens.mint({ name: unique(), userId: people.ann, expiresAt: clock.now() + 1000 })).token,
    );
  await clock.advance(2000);

  return {
    runyard,
    clock,
    app,
    people,
    lab,
    owner,
    unique,
    job,
    token,
    secret: async (whose) =>
      (await runyard.secrets.create({ name: unique(), value: 'plain text', owner: owner(whose) })).id,
    credential: async (whose) => {
      const login = { kind: 'https', host: 'git.example', token: 'plain text' } as const;
      return (await runyard.gitCredentials.create({ name: unique(), owner: owner(whose), ...login })).id;
    },
    webhook: async (whose) =>
      (await runyard.webhooks.create({ url: 'http://127.0.0.1:1/x', owner: owner(whose) })).view.id,
    async failed() {
      const { id } = await runyard.jobs.create({ name: unique(), command: failing });
      await runyard.runs.wait((await runyard.jobs.start(id)).id);
    },
    user: () => person(unique()),
    async group(whose) {
      const { id } = await runyard.groups.create({ name: unique() });
      const members = { own: [people.ann], group: [people.ann, people.ben], other: [people.zoe] }[whose];
      for (const member of members) await runyard.groups.addMember(id, member);
      return id;
    },
    async runToken(jobId) {
      const { id } = await runyard.jobs.start(jobId);
      for (let i = 0; i < 1000; i++) {
        const known = tokens.get(id);
        if (known !== undefined) return known;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      throw new Error(`The run ${id} was never launched.`);
    },
    async revoked() {
      const { token: text, id } = await token(people.ann);
      await runyard.tokens.revoke(id);
      return text;
    },
    expired() {
      const text = ending.pop();
      if (text === undefined) throw new Error('More expired tokens are needed: raise `enoughExpired`.');
      return text;
    },
    foreign: () => newTokenText('ryd_'),
    call: (method, path, { token: text, body } = {}) =>
      read(
        app.fetch(
          new Request(`http://runyard.test/api${path}`, {
            method,
            headers: {
              ...(text !== undefined && { authorization: `token ${text}` }),
              ...(body !== undefined && { 'content-type': 'application/json' }),
            },
            ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
          }),
        ),
      ),
    async [Symbol.asyncDispose]() {
      app.close();
      await t[Symbol.asyncDispose]();
    },
  };
};
