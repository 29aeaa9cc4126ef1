import { describe, expect, it } from 'vitest';
import { functionExecutor } from '../src/adapters/function-executor/function-executor.ts';
import { memoryLogStore } from '../src/adapters/memory-log-store/memory-log-store.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { RunyardError } from '../src/domain/errors.ts';
import { newBacklog } from '../src/engine/backlog.ts';
import type { JobFunction } from '../src/ports/job-function.ts';
import type { Change, Store } from '../src/ports/store.ts';
import { type TestRunyardOptions, testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

const hostOf = async (job: JobFunction, options: TestRunyardOptions = {}) => {
  const executors = { function: functionExecutor({ functions: { job, other: job } }) };
  const t = await testRunyard({ ...options, executors });
  const create = (command = ['job']) =>
    t.runyard.jobs.create({ name: command.join('-'), executor: 'function', command, backoff: { limit: 0 } });
  return { ...t, create, [Symbol.asyncDispose]: () => t[Symbol.asyncDispose]() };
};

/** Tells of everything that is written, as kinds and states. */
const watched = (store: Store): { store: Store; written: string[][] } => {
  const written: string[][] = [];
  const told = (change: Change): string =>
    change.kind.startsWith('run.') && 'run' in change
      ? `${change.kind} ${change.run.state}`
      : 'attempt' in change
        ? `${change.kind} ${change.attempt.state}`
        : change.kind;
  const commit: Store['commit'] = (batches) => {
    for (const batch of batches) written.push(batch.map(told));
    return store.commit(batches);
  };
  return { store: { ...store, commit }, written };
};

/** The engine has looked at its queue, and found nobody there. */
const afterALook = async (t: Awaited<ReturnType<typeof hostOf>>, jobId: string): Promise<void> => {
  await t.clock.settled(t.runyard.runs.wait((await t.runyard.jobs.start(jobId)).id));
  await t.events.waitFor('attempt.disposed');
  await t.clock.advance(0);
};

describe('a function', () => {
  it('that ends at once is two writes: made and admitted, settled and disposed of', async () => {
    const { store, written } = watched(memoryStore());
    await using t = await hostOf(async () => {}, { store });
    const { id } = await t.create();
    await afterALook(t, id);
    written.length = 0;
    const run = await t.runyard.jobs.start(id);
    expect(await t.clock.settled(t.runyard.runs.wait(run.id))).toMatchObject({ state: 'succeeded' });
    await t.clock.advance(0);
    expect(written).toEqual([
      ['job.expect', 'run.insert starting', 'attempt.insert prepared'],
      ['run.write succeeded', 'attempt.write disposed'],
    ]);
  });

  it('is announced in each of its states, in order, however few writes there were', async () => {
    await using t = await hostOf(async () => {});
    const { id } = await t.create();
    await afterALook(t, id);
    const before = t.events.recorded.length;
    await t.clock.settled(t.runyard.runs.wait((await t.runyard.jobs.start(id)).id));
    await t.clock.advance(0);
    expect(t.events.recorded.slice(before).map(({ name }) => name)).toEqual([
      'run.queued',
      'run.starting',
      'attempt.started',
      'run.running',
      'attempt.ended',
      'run.succeeded',
      'attempt.disposed',
    ]);
  });

  it('that goes on is running in the store', async () => {
    const gate = Promise.withResolvers<void>();
    await using t = await hostOf(() => gate.promise);
    const { id } = await t.create();
    const run = await t.runyard.jobs.start(id);
    await t.events.waitFor('run.running');
    expect(await t.runyard.runs.get(run.id)).toMatchObject({ state: 'running', attempts: [{ state: 'started' }] });
    gate.resolve();
    expect(await t.clock.settled(t.runyard.runs.wait(run.id))).toMatchObject({ state: 'succeeded' });
  });

  it('that prints nothing leaves no log, and whoever follows it is let go at its end', async () => {
    const gate = Promise.withResolvers<void>();
    const logStore = memoryLogStore();
    const opened: string[] = [];
    const writer: typeof logStore.writer = (key, options) => {
      opened.push(key);
      return logStore.writer(key, options);
    };
    await using t = await hostOf(() => gate.promise, { logStore: { ...logStore, writer } });
    const { id } = await t.create();
    const run = await t.runyard.jobs.start(id);
    const lines = (async () => {
      const seen: string[] = [];
      for await (const { text } of t.runyard.runs.logs(run.id, { follow: true })) seen.push(text);
      return seen;
    })();
    await t.events.waitFor('run.running');
    gate.resolve();
    expect(await t.clock.settled(lines)).toEqual([]);
    expect(opened).toEqual([]);
  });

  it('that prints has its log sealed before its attempt is disposed of', async () => {
    const logStore = memoryLogStore();
    const sealed: boolean[] = [];
    const { store } = watched(memoryStore());
    const commit: Store['commit'] = async (batches) => {
      for (const change of batches.flat())
        if (change.kind === 'attempt.write' && change.attempt.state === 'disposed')
          sealed.push(await logStore.sealed(`${change.attempt.runId}.1`));
      return store.commit(batches);
    };
    await using t = await hostOf(async ({ log }) => log('hello'), { logStore, store: { ...store, commit } });
    const { id } = await t.create();
    await t.clock.settled(t.runyard.runs.wait((await t.runyard.jobs.start(id)).id));
    await t.events.waitFor('attempt.disposed');
    expect(sealed).toEqual([true]);
  });

  it('runs once where the answer to its start is lost, and is tried by nobody else', async () => {
    const { store } = watched(memoryStore());
    let lose = false;
    const commit: Store['commit'] = async (batches) => {
      const results = await store.commit(batches);
      if (!lose) return results;
      lose = false;
      throw new RunyardError('store-unavailable', 'The store was told to lose its answer.');
    };
    let calls = 0;
    await using t = await hostOf(async () => void calls++, { store: { ...store, commit } });
    const { id } = await t.create();
    await afterALook(t, id);
    lose = true;
    await expect(t.runyard.jobs.start(id)).rejects.toMatchObject({ code: 'store-unavailable' });
    await t.clock.advance(5000);
    expect(calls).toBe(2);
    expect((await t.runyard.runs.list({ jobId: id })).items.map(({ state, attempt }) => [state, attempt])).toEqual([
      ['succeeded', 1],
      ['succeeded', 1],
    ]);
  });
});

describe('a start', () => {
  it('runs the job as it is, also where somebody else has edited it since it was read', async () => {
    const store = memoryStore();
    const ran: (readonly string[])[] = [];
    const job: JobFunction = async ({ args }) => void ran.push(args);
    await using t = await hostOf(job, { store });
    const { id } = await t.create();
    await afterALook(t, id);
    await using other = await hostOf(job, { store, clock: t.clock, autoStart: false });
    await other.runyard.jobs.update(id, { command: ['job', 'edited'] });
    const run = await t.runyard.jobs.start(id);
    expect(run.revision).toBe(2);
    await t.clock.settled(t.runyard.runs.wait(run.id));
    expect(ran.at(-1)).toEqual(['edited']);
  });

  it('stands behind those that came before: what was queued while nothing was admitted begins first', async () => {
    const ran: string[] = [];
    await using t = await hostOf(async ({ runId }) => void ran.push(runId), { autoStart: false });
    const { id } = await t.create();
    const before = [await t.runyard.jobs.start(id), await t.runyard.jobs.start(id)];
    expect(before.map(({ state }) => state)).toEqual(['queued', 'queued']);
    await t.runyard.start();
    const after = await t.runyard.jobs.start(id);
    await t.clock.settled(t.runyard.runs.wait(after.id));
    expect(ran).toEqual([...before, after].map((run) => run.id));
  });
});

describe('the backlog', () => {
  it('lets nobody pass before the first look, nor once it is closed', () => {
    const backlog = newBacklog();
    expect(backlog.has('a')).toBe(true);
    backlog.look()([]);
    expect(backlog.has('a')).toBe(false);
    backlog.close();
    expect(backlog.has('a')).toBe(true);
  });

  it('keeps those who were left by a look, and those who came during it', () => {
    const backlog = newBacklog();
    const end = backlog.look();
    backlog.add('came');
    end(['left']);
    expect(['came', 'left', 'other'].map(backlog.has)).toEqual([true, true, false]);
    backlog.look()([]);
    expect(['came', 'left'].map(backlog.has)).toEqual([false, false]);
  });
});
