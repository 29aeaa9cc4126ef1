import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRunyard,
  type FunctionContext,
  functionExecutor,
  isRunyardError,
  type Run,
  type Runyard,
  type RunyardOptions,
  type Services,
} from '@runyard/core';
import { afterEach, beforeEach } from 'vitest';
import { askPostgres } from '../../../test/postgres/ask-postgres.ts';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { postgresStore } from '../src/index.ts';

/** Hosts that share a database, each with a data directory of its own. */
export interface Hosts {
  start(name: string, options?: RunyardOptions): Promise<Runyard>;
  /** Both at the same moment. */
  startTwo(options?: RunyardOptions): Promise<[Runyard, Runyard]>;
  stop(runyard: Runyard): Promise<void>;
  /** The one-time token of the first admin, as it lies with that host. */
  oneTimeToken(name: string): Promise<string>;
  /** Calls of the function `show`, and at which host each was. */
  readonly shown: Shown[];
  /** Lets all calls of `hold` end, now and later. */
  release(): void;
  /** Asks the database itself, in its schema. */
  ask(text: string): Promise<unknown[][]>;
}

export interface Shown {
  host: string;
  runId: string;
  env: Readonly<Record<string, string>>;
}

/** Functions at each: `show` notes what it was given and says it; `hold` does so too, and stays until `release`; `fail` throws. */
export const useHosts = (): Hosts => {
  const postgres = usePostgres();
  const running: Runyard[] = [];
  const shown: Shown[] = [];
  let schema: string;
  let folder: string;
  let held = Promise.withResolvers<void>();

  beforeEach(async () => {
    schema = postgres.schema();
    folder = await mkdtemp(join(tmpdir(), 'runyard-hosts-'));
    held = Promise.withResolvers();
  });
  afterEach(async () => {
    held.resolve();
    await Promise.all(running.splice(0).map((each) => each.close()));
    shown.length = 0;
    await postgres.drop(schema);
    await rm(folder, { recursive: true });
  });

  const functionsOf = (host: string) => {
    const show = ({ runId, env, log }: FunctionContext): void => {
      shown.push({ host, runId, env });
      for (const [name, value] of Object.entries(env)) log(`${name} is ${value}`);
    };
    const hold = async (context: FunctionContext): Promise<void> => {
      show(context);
      await held.promise;
    };
    const fail = (): never => {
      throw new Error('as it was meant to');
    };
    return { show, hold, fail };
  };

  const start: Hosts['start'] = async (name, options = {}) => {
    const runyard = await createRunyard({
      dataDir: join(folder, name),
      store: postgresStore({ connectionString: postgres.url(), schema }),
      executors: { function: functionExecutor({ functions: functionsOf(name) }) },
      directory: true,
      ...options,
    });
    running.push(runyard);
    return runyard;
  };

  return {
    start,
    startTwo: (options) => Promise.all([start('a', options), start('b', options)]),
    async stop(runyard) {
      running.splice(running.indexOf(runyard), 1);
      await runyard.close();
    },
    oneTimeToken: async (name) => (await readFile(join(folder, name, 'first-admin-token'), 'utf8')).trim(),
    shown,
    release: () => held.resolve(),
    ask: (text) => askPostgres(`${postgres.url()}?options=-csearch_path%3D${schema}`, text),
  };
};

/** What a request with this token may do there; null: it is not let in. */
export const bearer = async (runyard: Runyard, token: string): Promise<Services | null> => {
  const request = new Request('http://host/', { headers: { authorization: `token ${token}` } });
  const principal = await Promise.resolve(runyard.http.authenticate?.(request, {})).catch(unlessRefused);
  return principal ? runyard.as(principal) : null;
};

// Whose token has expired is told so.
const unlessRefused = (error: unknown): null => {
  if (isRunyardError(error) && error.code === 'unauthenticated') return null;
  throw error;
};

/** Starts the job there and waits for the run's end. */
export const ended = async (runyard: Runyard, jobId: string): Promise<Run> =>
  runyard.runs.wait((await runyard.jobs.start(jobId)).id);

export const logOf = async (runyard: Runyard, runId: string): Promise<string> => {
  let text = '';
  for await (const line of runyard.runs.logs(runId, { follow: true })) text += line.text;
  return text;
};

/** What a promise came to: its error's code, or `done`. */
export const outcomeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
