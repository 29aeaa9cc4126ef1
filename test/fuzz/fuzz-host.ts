import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hashOfToken } from '../../packages/core/src/access/token-text.ts';
import type { JobFunction } from '../../packages/core/src/ports/job-function.ts';
import type { OpenDoor } from './door.ts';
import type { FuzzAnswer } from './fuzz-wire.ts';
import { liveJobs } from './live-jobs.ts';
import type { FuzzRequest } from './requests.ts';
import type { Document } from './schema-values.ts';

/** A real server with a bit of everything on it, and what of it a request can name. */
export interface FuzzHost extends AsyncDisposable {
  port: number;
  token: string;
  document: Document;
  /** Whether a refusal of what was sent to this path may be of something in front of us, or behind. */
  refuses(answer: FuzzAnswer, path: string): boolean;
  /** Texts that no answer may hold: values of secrets, hashes of tokens. */
  secrets: readonly string[];
  /** What was logged as a fault of ours. */
  faults: unknown[];
  /** Puts ids in the place of `$job_id:3$`. */
  fill(text: string): string;
  /** Remembers what was made. */
  learn(request: FuzzRequest, answer: FuzzAnswer): void;
  /** How many are open. */
  connections(): Promise<number>;
  /** So that what is made does not pile up. */
  tidy(): Promise<void>;
}

const most = 60;

export const fuzzHost = async (open: OpenDoor): Promise<FuzzHost> => {
  const secret = `never to be told ${randomBytes(8).toString('hex')}`;
  const faults: unknown[] = [];
  const quiet = () => undefined;
  const logger = { debug: quiet, info: quiet, warn: quiet, error: (fields: object) => void faults.push(fields) };
  const encryptionKeys = [{ id: 'key', key: randomBytes(32) }];
  const door = await open({ options: { directory: true, encryptionKeys, notify: async () => {}, logger }, functions });
  const { runyard, server, token } = door;
  const { port } = server.address() as AddressInfo;
  const call = callAt(port, token);
  const pools: Record<string, string[]> = {};
  const know = (name: string, id: string): void => {
    pools[name] ??= [];
    const pool = pools[name];
    if (pool.push(id) > most) pool.shift();
  };
  const users = [];
  for (const name of ['ann', 'ben', 'root']) users.push(await runyard.users.create({ name, admin: name === 'root' }));
  const lab = await runyard.groups.create({ name: 'lab' });
  for (const { id } of users) know('user_id', id);
  know('group_id', lab.id);
  const owners = [`user:${users[0]?.id}`, `group:${lab.id}`];
  for (const owner of owners) {
    know('owner', owner);
    know('secret_id', (await runyard.secrets.create({ name: 'pass', value: secret, owner })).id);
    know('webhook_id', (await runyard.webhooks.create({ url: 'http://127.0.0.1:1/x', owner })).view.id);
    const login = { kind: 'https', host: 'git.example', token: secret } as const;
    know('credential_id', (await runyard.gitCredentials.create({ name: 'login', owner, ...login })).id);
    for (const command of ['say', 'noop', 'fail']) {
      const job = await runyard.jobs.create({ name: command, command: [command, 'x'], owner });
      know('job_id', job.id);
      const run = await runyard.jobs.start(job.id);
      know('run_id', run.id);
      await runyard.runs.wait(run.id);
    }
  }
  const minted = await runyard.tokens.mint({ name: 'first', userId: users[0]?.id ?? '' });
  know('token_id', minted.view.id);
  know('recipe_type', 'job');
  know('namespace', 'main-namespace');
  const live = await liveJobs({ runyard, post: (path, body) => call('POST', path, body) }, { secret, know });
  const document = (await call('GET', '/openapi.json')) as Document;
  const kinds = kindsOf(document);
  return {
    port,
    token,
    document,
    faults,
    refuses: door.refuses ?? (() => false),
    secrets: [secret, token, minted.token, hashOfToken(token), hashOfToken(minted.token)],
    fill(text) {
      let job = '';
      return text.replace(/\$(\w+):(\d+)\$/g, (_, name: string, n: string) => {
        const pool = pools[name] ?? [];
        // The newest first: they are there still.
        const found = pool.at(-1 - (Number(n) % pool.length)) ?? '0'.repeat(32);
        if (name === 'job_id') job = found;
        const own = name === 'run_name' || name === 'attachment_id' ? live.of(job)?.[name] : undefined;
        return own ?? found;
      });
    },
    learn({ target }, { status, body }) {
      if (status !== 200 && status !== 201) return;
      const kind = status === 201 ? kinds.get(target.slice('/api'.length).split('?', 1)[0] ?? '') : undefined;
      const id = kind && /"id":"([0-9a-f]{32})"/.exec(body)?.[1];
      if (kind && id) know(kind, id);
      for (const [name, pattern] of Object.entries(made)) {
        const id = pattern.exec(body)?.[1];
        if (id !== undefined) know(name, id);
      }
    },
    async tidy() {
      const { items } = await runyard.jobs.list({ limit: 1000 });
      for (const { id } of items.slice(most))
        await runyard.jobs.remove(id, { allowActive: true }).catch(() => undefined);
    },
    connections: () =>
      promisify<number>((done: (error: Error | null, count: number) => void) => server.getConnections(done))(),
    async [Symbol.asyncDispose]() {
      await live[Symbol.asyncDispose]();
      await door[Symbol.asyncDispose]();
    },
  };
};

const callAt =
  (port: number, token: string) =>
  async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api${path}`, {
      method,
      headers: { authorization: `token ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };

// What they throw would be in their logs, with where it was thrown: that is the job's, and no inside of ours.
const functions: Record<string, JobFunction> = {
  // Any request may start it: so that whoever follows it goes on, it ends.
  gated: ({ signal }) => sleep(2_000, undefined, { signal }).catch(() => undefined),
  say: ({ args, log }) => log(args.join(' ')),
  noop: () => undefined,
  fail: () => Promise.reject(Object.assign(new Error('as asked'), { stack: 'as asked' })),
};

/** How what was made tells its id. */
const made: Record<string, RegExp> = {
  run_id: /"run":\{"id":"([0-9a-f]{32})"/,
  next_key: /"next_key":"([^"]+)"/,
};

/** What is made by a POST to a path, by the name of its id: `/jobs` is of `job_id`. */
const kindsOf = ({ paths }: Document): Map<string, string> =>
  new Map(
    Object.keys(paths).flatMap((path) => {
      const [, list, name] = /^(.*)\/\{(\w+_id)\}$/.exec(path) ?? [];
      return list !== undefined && name !== undefined ? [[list, name]] : [];
    }),
  );
