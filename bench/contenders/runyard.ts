import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { functionExecutor, Runyard, RunyardOptions } from '@runyard/core';
import { inParallel } from '../in-parallel.ts';
import { type Contender, callers, countdown, oneByOne, timed } from './contender.ts';

const warmUp = 2000;

export interface RunyardOver {
  store: string;
  server: Contender['server'];
  create(options: RunyardOptions, url: string): Promise<Runyard>;
  functionExecutor: typeof functionExecutor;
  /** Counts transactions from now on, until what it returns is called. */
  countCommits(): Promise<() => Promise<number>>;
}

/** Runyard as it comes, over a store: each job leaves a run and an attempt. */
export const runyardOver = (over: RunyardOver): Contender => ({
  name: 'runyard',
  store: over.store,
  server: over.server,
  acceptsInTime: true,
  async throughput({ jobs, url }) {
    await using opened = await open(over, url, async () => {});
    const { runyard, jobId } = opened;
    const run = async (count: number): Promise<void> => {
      const ends = countdown(count);
      runyard.on('run.succeeded', ends.hit);
      await inParallel(count, callers, () => runyard.jobs.start(jobId));
      await ends.all;
      runyard.off('run.succeeded', ends.hit);
    };
    await run(warmUp);
    const commits = await over.countCommits();
    const result = await timed(jobs, () => run(jobs));
    // Each job is written twice: as it is made and admitted, and as it ends.
    const group = Math.round((2 * jobs) / (await commits()));
    return { ...result, group };
  },
  async latency({ starts, url }) {
    let called = (): void => {};
    await using opened = await open(over, url, async () => called());
    const { runyard, jobId } = opened;
    return await oneByOne(starts, (began) => {
      called = began;
      return runyard.jobs.start(jobId);
    });
  },
});

const open = async ({ create, functionExecutor }: RunyardOver, url: string, nothing: () => Promise<void>) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'runyard-bench-'));
  const executors = { function: functionExecutor({ functions: { nothing } }) };
  const runyard = await create({ dataDir, executors }, url);
  runyard.on('error', ({ error, sentence }) => console.error(sentence, error));
  const { id } = await runyard.jobs.create({ name: 'nothing', command: ['nothing'] });
  return {
    runyard,
    jobId: id,
    async [Symbol.asyncDispose]() {
      await runyard.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
