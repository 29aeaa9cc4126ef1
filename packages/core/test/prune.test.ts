import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileLogStore } from '../src/adapters/file-log-store/file-log-store.ts';
import { functionExecutor } from '../src/adapters/function-executor/function-executor.ts';
import { memoryLogStore } from '../src/adapters/memory-log-store/memory-log-store.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';
import type { LogStore } from '../src/ports/log-store.ts';
import type { Change, Store } from '../src/ports/store.ts';
import { exits, hangs, type Script } from '../src/testing/scripted-executor/behaviour.ts';
import {
  type TestRunyard,
  type TestRunyardOptions,
  testRunyard as withRealSource,
} from '../src/testing/test-runyard/test-runyard.ts';
import { collect } from './support/collect.ts';

const minute = 60_000;
// That of git looks at real folders in each round, which takes time that the clock knows nothing of.
const source = { check: () => {}, resolve: async () => ({ commit: '0'.repeat(40) }), checkout: async () => {} };
const testRunyard = (options: TestRunyardOptions) => withRealSource({ source, ...options });
const script = () => exits(0, { output: ['hello\n'] });

/** Starts so many runs, one after another, and waits until nothing is left of their attempts. */
const runTimes = async (t: TestRunyard, jobId: string, times: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let n = 0; n < times; n++) {
    const { id } = await t.runyard.jobs.start(jobId);
    await t.clock.settled(t.runyard.runs.wait(id));
    ids.push(id);
  }
  await t.clock.advance(1);
  return ids;
};

const kept = async ({ runyard }: TestRunyard, jobId: string): Promise<string[]> =>
  (await runyard.runs.list({ jobId, descending: false })).items.map(({ id }) => id);

const hasLog = async (logStore: LogStore, id: string): Promise<boolean> => {
  for await (const _ of logStore.read(`${id}.1`, { signal: new AbortController().signal })) return true;
  return false;
};

const prunes = (store: Store, heard: (prunes: number) => void): Store => {
  const { commit } = store;
  store.commit = async (batches) => {
    const number = batches.flat().filter(({ kind }) => kind === 'run.prune').length;
    if (number > 0) heard(number);
    return commit(batches);
  };
  return store;
};

describe('retention', () => {
  it('keeps the newest runs that a job asks for, and of the others neither record nor log', async () => {
    const logStore = memoryLogStore();
    await using t = await testRunyard({ script, logStore });
    const { id: jobId } = await t.runyard.jobs.create({ name: 'a', command: 'x', retention: { maxRuns: 2 } });
    const ids = await runTimes(t, jobId, 5);
    expect(await kept(t, jobId)).toEqual(ids);
    await t.clock.advance(2 * minute);
    expect(await kept(t, jobId)).toEqual(ids.slice(3));
    await expect(t.runyard.runs.get(ids[0] ?? '')).rejects.toMatchObject({ code: 'run-not-found' });
    expect(await Promise.all(ids.map((id) => hasLog(logStore, id)))).toEqual([false, false, false, true, true]);
    expect(t.runyard.stats().runsPruned).toBe(3);
  });

  it('asks the log store, round after round, for what no run leads to', async () => {
    // Mirrors are looked through before, on a real disk: how far the clock goes meanwhile nobody can say.
    const asked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let times = 0;
    const prune = async (): Promise<void> => asked[times++]?.resolve();
    await using t = await testRunyard({ script, logStore: { ...memoryLogStore(), prune } });
    for (const { promise } of asked) await t.clock.advanceUntil(promise, 120 * minute);
  });

  it('forgets what is older than a job says, and goes on with what gets old later', async () => {
    await using t = await testRunyard({ script });
    const retention = { maxAgeMs: 30 * minute };
    const { id: jobId } = await t.runyard.jobs.create({ name: 'a', command: 'x', retention });
    const first = await runTimes(t, jobId, 2);
    await t.clock.advance(20 * minute);
    const second = await runTimes(t, jobId, 1);
    expect(await kept(t, jobId)).toEqual([...first, ...second]);
    await t.clock.advance(25 * minute);
    expect(await kept(t, jobId)).toEqual(second);
    await t.clock.advance(25 * minute);
    expect(await kept(t, jobId)).toEqual([]);
  });

  it('forgets a removed job with the last of its runs', async () => {
    const store = memoryStore();
    await using t = await testRunyard({ script, store });
    const retention = { maxAgeMs: 30 * minute };
    const { id: jobId } = await t.runyard.jobs.create({ name: 'a', command: 'x', retention });
    const [id = ''] = await runTimes(t, jobId, 1);
    await t.runyard.jobs.remove(jobId);
    await t.clock.advance(15 * minute);
    expect((await t.runyard.runs.get(id)).jobName).toBe('a');
    await t.clock.advance(30 * minute);
    await expect(t.runyard.runs.get(id)).rejects.toMatchObject({ code: 'run-not-found' });
    expect(await store.retained(null, 10)).toEqual([]);
  });

  it('tells whoever still follows a log that it has forgotten', async () => {
    await using t = await testRunyard({ script });
    const { id: jobId } = await t.runyard.jobs.create({ name: 'a', command: 'x', retention: { maxRuns: 1 } });
    const [id = ''] = await runTimes(t, jobId, 1);
    const following = t.runyard.runs.logs(id, { follow: true })[Symbol.asyncIterator]();
    await following.next();
    await runTimes(t, jobId, 1);
    await t.clock.advance(2 * minute);
    await expect(t.runyard.runs.get(id)).rejects.toMatchObject({ code: 'run-not-found' });
    const all = collect({ [Symbol.asyncIterator]: () => following });
    await expect(t.clock.settled(all)).rejects.toMatchObject({ code: 'log-gone' });
  });

  it('killed between a log and its run finds the run again', async () => {
    const store = memoryStore();
    const { commit } = store;
    let isAway = true;
    store.commit = (batches) =>
      isAway && batches.flat().some((change: Change) => change.kind === 'run.prune')
        ? Promise.reject(new Error('killed'))
        : commit(batches);
    await using t = await testRunyard({ script, store });
    const { id: jobId } = await t.runyard.jobs.create({ name: 'a', command: 'x', retention: { maxRuns: 1 } });
    const ids = await runTimes(t, jobId, 2);
    await t.clock.advance(2 * minute);
    expect(await kept(t, jobId)).toEqual(ids);
    isAway = false;
    await t.clock.advance(10 * minute);
    expect(await kept(t, jobId)).toEqual(ids.slice(1));
  });

  it('keeps a run whose log cannot be removed, says so, and goes on with the others', async () => {
    const logStore = memoryLogStore();
    const { remove } = logStore;
    let stuck = '';
    logStore.remove = (key) => (key === stuck ? Promise.reject(new Error('EACCES')) : remove(key));
    await using t = await testRunyard({ script, logStore });
    const { id: jobId } = await t.runyard.jobs.create({ name: 'a', command: 'x', retention: { maxRuns: 1 } });
    const ids = await runTimes(t, jobId, 4);
    stuck = `${ids[1]}.1`;
    await t.clock.advance(2 * minute);
    expect(await kept(t, jobId)).toEqual([ids[1], ids[3]]);
    expect(t.events.all('error')).toMatchObject([
      { sentence: expect.stringMatching(/^The logs of 1 runs could not be removed/) },
    ]);
  });

  it('takes small steps, and does not make a job that runs much wait for its turn', async () => {
    const steps: number[] = [];
    const store = prunes(memoryStore(), (number) => steps.push(number));
    await using t = await testRunyard({ store, script: () => exits(0) });
    const { id: jobId } = await t.runyard.jobs.create({ name: 'a', command: 'x', retention: { maxRuns: 10 } });
    await Promise.all(Array.from({ length: 1_000 }, () => t.runyard.jobs.start(jobId)));
    await t.clock.advance(20_000); // no turn has come yet
    expect(t.runyard.stats().runsPruned).toBeGreaterThan(900);
    expect(Math.max(...steps)).toBeLessThanOrEqual(200);
    expect(steps.length).toBeGreaterThanOrEqual(5);
  });

  it('is not slowed by launches that take long', async () => {
    let hanging = false;
    const launching: Script = () => (hanging ? hangs({ prepareMs: 10 * minute }) : exits(0));
    await using t = await testRunyard({ script: launching, limits: { launches: 1 } });
    const retention = { maxRuns: 1 };
    for (let n = 0; n < 10; n++)
      await runTimes(t, (await t.runyard.jobs.create({ name: `j${n}`, command: 'x', retention })).id, 2);
    hanging = true;
    const { id: jobId } = await t.runyard.jobs.create({ name: 'slow', command: 'x' });
    for (let n = 0; n < 2; n++) await t.runyard.jobs.start(jobId);
    await t.clock.advance(70_000);
    expect(t.events.all('engine.pressure')).toMatchObject([{ state: 'entered', reason: 'launch-queue-full' }]);
    expect(t.runyard.stats().runsPruned).toBe(10);
  });

  it('of several instances on one store does no harm', async () => {
    const store = memoryStore();
    const logStore = memoryLogStore();
    await using first = await testRunyard({ script, store, logStore });
    await using second = await testRunyard({ script, store, logStore, clock: first.clock });
    const { id: jobId } = await first.runyard.jobs.create({ name: 'a', command: 'x', retention: { maxRuns: 2 } });
    const ids = await runTimes(first, jobId, 6);
    await first.clock.advance(2 * minute);
    expect(await kept(second, jobId)).toEqual(ids.slice(4));
    expect(first.runyard.stats().runsPruned + second.runyard.stats().runsPruned).toBe(4);
    expect([first, second].flatMap(({ events }) => events.all('error'))).toEqual([]);
  });

  it('on SQLite and in files leaves nothing of what is forgotten', async () => {
    const executors = { function: functionExecutor({ functions: { hello: ({ log }) => log('hello') } }) };
    let logs = '';
    await using t = await testRunyard({
      store: sqliteStore(),
      logStore: (host) => {
        logs = join(host.dataDir, 'logs');
        return fileLogStore()(host);
      },
      executors,
      defaultExecutor: 'function',
    });
    const { id: jobId } = await t.runyard.jobs.create({ name: 'a', command: ['hello'], retention: { maxRuns: 2 } });
    for (let n = 0; n < 5; n++) {
      await t.runyard.jobs.start(jobId);
      await t.events.next('attempt.disposed');
    }
    const ids = await kept(t, jobId);
    expect(ids.length).toBe(5);
    await t.clock.advance(minute);
    // The store and the disk take real time.
    while (t.runyard.stats().runsPruned < 3) await t.clock.advance(20);
    expect(await kept(t, jobId)).toEqual(ids.slice(3));
    const folders = readdirSync(logs).flatMap((prefix) => readdirSync(join(logs, prefix)));
    expect(folders.sort()).toEqual(ids.slice(3).sort());
    expect(existsSync(logs)).toBe(true);
  });
});
