import { randomBytes } from 'node:crypto';
import { httpHost } from '../http-host.ts';
import type { FuzzAnswer } from './fuzz-wire.ts';
import type { FuzzRequest } from './requests.ts';
import type { Document } from './schema-values.ts';

/** A real server with a bit of everything on it, and what of it a request can name. */
export interface FuzzHost extends AsyncDisposable {
  port: number;
  token: string;
  document: Document;
  /** What was logged as a fault of ours. */
  faults: unknown[];
  /** Puts ids in the place of `$job_id:3$`. */
  fill(text: string): string;
  /** Remembers what was made. */
  learn(request: FuzzRequest, answer: FuzzAnswer): void;
  /** So that what is made does not pile up. */
  tidy(): Promise<void>;
}

const most = 60;

export const fuzzHost = async (): Promise<FuzzHost> => {
  const faults: unknown[] = [];
  const quiet = () => undefined;
  const logger = { debug: quiet, info: quiet, warn: quiet, error: (fields: object) => void faults.push(fields) };
  const host = await httpHost(
    { bodyStallMs: 2_000 },
    { directory: true, encryptionKeys: [{ id: 'key', key: randomBytes(32) }], notify: async () => {}, logger },
  );
  const { runyard } = host;
  host.gate.open();
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
    know('secret_id', (await runyard.secrets.create({ name: 'pass', value: 'plain text', owner })).id);
    know('webhook_id', (await runyard.webhooks.create({ url: 'http://127.0.0.1:1/x', owner })).view.id);
    const login = { kind: 'https', host: 'git.example', token: 'plain text' } as const;
    know('credential_id', (await runyard.gitCredentials.create({ name: 'login', owner, ...login })).id);
    for (const command of ['say', 'noop', 'gated']) {
      const job = await runyard.jobs.create({ name: command, command: [command, 'x'], owner });
      know('job_id', job.id);
      const run = await runyard.jobs.start(job.id);
      know('run_id', run.id);
      await runyard.runs.wait(run.id);
    }
  }
  know('token_id', (await runyard.tokens.mint({ name: 'first', userId: users[0]?.id ?? '' })).view.id);
  const document = host.app.openapi() as Document;
  const kinds = kindsOf(document);
  return {
    port: Number(new URL(host.origin).port),
    token: host.token,
    document,
    faults,
    fill: (text) =>
      text.includes('$')
        ? text.replace(/\$(\w+):(\d+)\$/g, (_, name: string, n: string) => {
            const pool = pools[name] ?? [];
            return pool[Number(n) % pool.length] ?? '0'.repeat(32);
          })
        : text,
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
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
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
