import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import {
  createRunyard,
  functionExecutor,
  gitSource,
  type Logger,
  processExecutor,
  type Run,
  type Runyard,
  type RunyardOptions,
} from '@runyard/core';
import { EventRecorder } from '@runyard/core/testing';
import { loudFunction, loudJobs } from './loud-jobs.ts';
import type { Shape } from './shapes.ts';

/** A host whose jobs are loud, and everything that it has told. */
export interface QuietHost {
  readonly runyard: Runyard;
  /** Ids of the jobs of all owners. */
  readonly jobs: readonly string[];
  /** All events and all lines of the host's log until now, and what can be read of jobs, runs, secrets and the audit trail. */
  told(): Promise<string>;
  /** Another process of the same host, so to speak: it adopts what runs. */
  again(): Promise<void>;
  close(): Promise<void>;
}

export interface Owner {
  id: string;
  shapes: readonly Shape[];
}

export const quietHost = async (
  dataDir: string,
  { owners, git }: { owners: readonly Owner[]; git: { url: string; password: string } },
): Promise<QuietHost> => {
  const heard: string[] = [];
  const hear = (fields: object, message: string): void => void heard.push(inWords([fields, message]));
  const logger: Logger = { debug: hear, info: hear, warn: hear, error: hear };
  const options: RunyardOptions = {
    dataDir,
    logger,
    executors: {
      process: processExecutor({ capacity: 'unlimited' }),
      function: functionExecutor({ functions: { loud: loudFunction } }),
    },
    source: gitSource(),
    encryptionKeys: [{ id: 'k1', key: randomBytes(32) }],
  };
  let runyard = await createRunyard(options);
  let recorder = new EventRecorder(runyard);
  const keepEvents = (): void => {
    for (const { name, payload } of recorder.recorded) heard.push(eventInWords(name, payload));
    recorder.dispose();
  };

  const jobs: string[] = [];
  for (const { id: owner, shapes } of owners) {
    for (const { name, value } of shapes) await runyard.secrets.create({ owner, name, value });
    const credential = { kind: 'https', host: new URL(git.url).origin, username: 'ann', token: git.password } as const;
    await runyard.gitCredentials.create({ owner, name: 'git', ...credential });
    for (const input of loudJobs(owner, shapes, git.url)) jobs.push((await runyard.jobs.create(input)).id);
  }
  return {
    get runyard() {
      return runyard;
    },
    jobs,
    async told() {
      const runs = await allRuns(runyard);
      const views = await Promise.all(runs.map(({ id }) => runyard.runs.get(id)));
      const rest = [runyard.jobs.list(), runyard.secrets.list(), runyard.audit.list({ limit: 1000 })];
      const now = recorder.recorded.map(({ name, payload }) => eventInWords(name, payload));
      return [...heard, ...now, inWords(views), inWords(await Promise.all(rest)), JSON.stringify(views)].join('\n');
    },
    async again() {
      keepEvents();
      await runyard.close();
      runyard = await createRunyard(options);
      recorder = new EventRecorder(runyard);
    },
    async close() {
      keepEvents();
      await runyard.close();
    },
  };
};

export const allRuns = async (runyard: Runyard): Promise<Run[]> => {
  const runs: Run[] = [];
  for (let after: string | undefined; ; ) {
    const page = await runyard.runs.list({ limit: 1000, ...(after !== undefined && { after }) });
    runs.push(...page.items);
    if (page.next === undefined) return runs;
    after = page.next;
  }
};

const eventInWords = (name: string, payload: unknown): string =>
  inWords([name, { ...(payload as object), runyard: null }]);

const inWords = (value: unknown): string => inspect(value, { depth: 12, maxStringLength: null, maxArrayLength: null });
