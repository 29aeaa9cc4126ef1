import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard, functionExecutor, type Runyard } from '@runyard/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { postgresStore } from '../src/index.ts';

const postgres = usePostgres();
let schema: string;
let folder: string;
const running: Runyard[] = [];
const calls: string[] = [];

beforeEach(async () => {
  schema = postgres.schema();
  folder = await mkdtemp(join(tmpdir(), 'runyard-two-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()));
  calls.length = 0;
  await postgres.drop(schema);
  await rm(folder, { recursive: true });
});

const start = async (name: string): Promise<Runyard> => {
  const functions = {
    note: async ({ runId }: { runId: string }) => void calls.push(runId),
    wait: ({ signal }: { signal: AbortSignal }) =>
      new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  };
  const runyard = await createRunyard({
    dataDir: join(folder, name),
    store: postgresStore({ connectionString: postgres.url(), schema }),
    executors: { function: functionExecutor({ functions }) },
  });
  running.push(runyard);
  return runyard;
};

it('two instances on one database run each start once, whoever was asked', async () => {
  const [a, b] = await Promise.all([start('a'), start('b')]);
  const job = await a.jobs.create({ name: 'note', executor: 'function', command: ['note'] });
  const runs = await Promise.all(Array.from({ length: 60 }, (_, n) => (n % 2 ? a : b).jobs.start(job.id)));
  const ended = await Promise.all(runs.map(({ id }, n) => (n % 2 ? b : a).runs.wait(id)));
  expect(ended.map(({ state }) => state)).toEqual(Array(60).fill('succeeded'));
  expect(calls.sort()).toEqual(runs.map(({ id }) => id).sort());
});

it('what is asked of one instance reaches the other that looks after the run', async () => {
  const [a, b] = await Promise.all([start('a'), start('b')]);
  const job = await a.jobs.create({ name: 'wait', executor: 'function', command: ['wait'] });
  const { id } = await a.jobs.start(job.id);
  await Promise.all([a.runs.cancel(id), b.runs.wait(id)]);
  expect((await b.runs.get(id)).state).toEqual('cancelled');
});

it('Forbid holds across instances', async () => {
  const [a, b] = await Promise.all([start('a'), start('b')]);
  const job = await a.jobs.create({
    name: 'wait',
    executor: 'function',
    command: ['wait'],
    concurrencyPolicy: 'Forbid',
  });
  const starts = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => (n % 2 ? a : b).jobs.start(job.id)));
  expect(starts.filter(({ status }) => status === 'fulfilled').length).toEqual(1);
});
