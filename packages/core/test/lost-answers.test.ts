import { describe, expect, it } from 'vitest';
import { functionExecutor } from '../src/adapters/function-executor/function-executor.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { RunyardError } from '../src/domain/errors.ts';
import type { Change, CommitResult, Store } from '../src/ports/store.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { exits, hangs, type Script } from '../src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

const away = (): RunyardError => new RunyardError('store-unavailable', 'The store was told to fail.');

/** The first commit with such a change is written, and answered with an error. */
const losingAnswerOf = (kind: Change['kind']): Store => {
  const store = memoryStore();
  const { commit } = store;
  let lost = false;
  store.commit = async (batches) => {
    const results = await commit(batches);
    if (lost || !batches.flat().some((change) => change.kind === kind)) return results;
    lost = true;
    throw away();
  };
  return store;
};

describe('an answer of the store that is lost', () => {
  it('when a run is admitted leaves it to us, and it runs', async () => {
    await using t = await testRunyard({ store: losingAnswerOf('attempt.insert'), script: () => exits(0) });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await t.runyard.jobs.start(job.id);
    expect(await t.clock.advanceUntil(t.runyard.runs.wait(id), 60_000)).toMatchObject({
      state: 'succeeded',
      attempt: 1,
    });
    expect(t.engine.executions(`${id}.1`)).toHaveLength(1);
  });

  it('when a run is adopted leaves it to us too', async () => {
    const store = losingAnswerOf('run.adopt');
    await using first = await testRunyard({ store, script: () => exits(0, { runMs: 30_000 }) });
    const job = await first.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.running');
    const executors = { scripted: scriptedExecutor(first.engine) };
    await using second = await testRunyard({ store, clock: first.clock, executors });
    await first.runyard.close();
    expect(await second.clock.advanceUntil(second.runyard.runs.wait(id), 120_000)).toMatchObject({
      state: 'succeeded',
    });
  });
});

/** The first admission hangs until it is repeated; then it is written, answered as told, and the repetition comes behind it. */
const admittedLate = (ending: 'resolved' | 'rejected' | 'never answered'): Store => {
  const store = memoryStore();
  const { commit } = store;
  const answer = Promise.withResolvers<CommitResult[]>();
  let first: Parameters<Store['commit']>[0] | null = null;
  let isWritten = false;
  store.commit = async (batches) => {
    if (isWritten || !batches.flat().some(({ kind }) => kind === 'attempt.insert')) return commit(batches);
    if (first === null) {
      first = batches;
      return answer.promise;
    }
    isWritten = true;
    const results = await commit(first);
    if (ending === 'resolved') answer.resolve(results);
    if (ending === 'rejected') answer.reject(away());
    return commit(batches);
  };
  return store;
};

const patience = { storeTimeoutMs: 10_000, storeSlowMs: 1_000 };

describe('an admission that was given up, and is written before its repetition', () => {
  for (const ending of ['resolved', 'rejected', 'never answered'] as const) {
    it(`leaves the run to us, and it runs once (${ending})`, async () => {
      await using t = await testRunyard({ store: admittedLate(ending), script: () => exits(0), timings: patience });
      const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
      const { id } = await t.runyard.jobs.start(job.id);
      await t.clock.advance(60_000);
      expect(await t.runyard.runs.get(id)).toMatchObject({ state: 'succeeded', attempt: 1 });
      expect(t.engine.executions(`${id}.1`)).toHaveLength(1);
    });

    it(`keeps what was reserved for it when the repetition is refused (${ending})`, async () => {
      let ran = 0;
      const f = async (): Promise<void> => void ran++;
      await using t = await testRunyard({
        store: admittedLate(ending),
        executors: { fn: functionExecutor({ functions: { f } }) },
        timings: patience,
      });
      const backoff = { infrastructureLimit: 0 };
      const job = await t.runyard.jobs.create({
        name: 'a',
        command: ['f'],
        executor: 'fn',
        concurrencyPolicy: 'Forbid',
        backoff,
      });
      const { id } = await t.runyard.jobs.start(job.id);
      await t.clock.advance(60_000);
      expect(await t.runyard.runs.get(id)).toMatchObject({ state: 'succeeded', attempt: 1 });
      expect(ran).toBe(1);
    });
  }
});

describe('an admission whose answer was lost', () => {
  it('is ours too when it is written just after we looked for it, so that nothing meets it', async () => {
    const store = memoryStore();
    const { commit, leasedTo, startable } = store;
    let lost: Parameters<Store['commit']>[0] | null = null;
    let looked = false;
    let isWritten = false;
    store.commit = async (batches) => {
      if (lost || !batches.flat().some(({ kind }) => kind === 'attempt.insert')) return commit(batches);
      lost = batches;
      throw away();
    };
    store.leasedTo = (instance) => {
      looked ||= lost !== null;
      return leasedTo(instance);
    };
    store.startable = async (query) => {
      if (looked && lost && !isWritten) await commit(lost);
      isWritten ||= looked;
      return startable(query);
    };
    await using t = await testRunyard({ store, script: () => exits(0), timings: patience });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.clock.advance(60_000);
    expect(isWritten).toBe(true);
    expect(await t.runyard.runs.get(id)).toMatchObject({ state: 'succeeded', attempt: 1 });
  });
});

const mortal = (engine: ScriptedEngine) => ({ ...scriptedExecutor(engine), durable: false });

/** One host whose function runs in it, over a store that can be away. */
const hostOf = async (script: Script) => {
  const clock = new ManualClock();
  const here = new ScriptedEngine({ clock, place: 'here', script });
  const store = memoryStore();
  const { commit } = store;
  let isAway = false;
  store.commit = (batches) => (isAway ? Promise.reject(away()) : commit(batches));
  const t = await testRunyard({ store, clock, executors: { here: mortal(here) } });
  const job = await t.runyard.jobs.create({ name: 'a', command: 'x', executor: 'here' });
  const { id } = await t.runyard.jobs.start(job.id);
  const storeIsAwayFor = async (ms: number): Promise<void> => {
    isAway = true;
    await clock.advance(ms);
    isAway = false;
  };
  return { t, clock, here, id, storeIsAwayFor };
};

describe('a lease that lapses', () => {
  it('while a function is only prepared ends nothing that has not begun, and nothing runs twice', async () => {
    const { t, clock, here, id, storeIsAwayFor } = await hostOf(() => exits(0, { prepareMs: 5_000 }));
    await using _ = t;
    await t.events.waitFor('run.starting');
    await storeIsAwayFor(25_000);
    expect(await clock.advanceUntil(t.runyard.runs.wait(id), 120_000)).toMatchObject({
      state: 'succeeded',
      attempt: 1,
    });
    expect(here.executions()).toHaveLength(1);
  });

  it('while a function runs stops it, and the run is tried again on the budget of its surroundings', async () => {
    const script: Script = ({ key }) => (key.endsWith('.1') ? hangs() : exits(0));
    const { t, clock, here, id, storeIsAwayFor } = await hostOf(script);
    await using _ = t;
    await t.events.waitFor('run.running');
    await storeIsAwayFor(25_000);
    expect(here.executions(`${id}.1`)[0]?.to).not.toBeNull();
    expect(await clock.advanceUntil(t.runyard.runs.wait(id), 120_000)).toMatchObject({
      state: 'succeeded',
      attempt: 2,
      infrastructureFailures: 1,
      failures: 0,
    });
  });
});

describe('a lease', () => {
  it('is kept while a close waits for what runs in the process, however long its grace is', async () => {
    const clock = new ManualClock();
    const store = memoryStore();
    const here = new ScriptedEngine({ clock, place: 'here', script: () => ({ ...hangs(), termMs: 200_000 }) });
    const closing = { ...mortal(here), close: ({ graceMs } = { graceMs: 0 }) => endAll(here, graceMs) };
    const t = await testRunyard({ store, clock, executors: { here: closing } });
    await using _ = t;
    const limits = { graceMs: 300_000 };
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', executor: 'here', limits });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running');
    expect(here.executions().map(({ key }) => key)).toEqual([`${id}.1`]);
    const there = new ScriptedEngine({ clock, place: 'there' });
    await using _other = await testRunyard({ store, clock, executors: { here: mortal(there) } });
    const closed = t.runyard.close();
    await clock.advance(150_000);
    expect(there.executions()).toEqual([]);
    await clock.advance(60_000); // by then it has ended
    await closed;
  });

  it('that reaches further than any that is given now was given by a clock that was set back, and is over', async () => {
    const store = memoryStore();
    const first = await testRunyard({ store, script: () => exits(0, { runMs: 600_000 }) });
    const { clock } = first;
    const job = await first.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.running');
    const dead = (await first.runyard.runs.get(id)).leaseInstance ?? '';
    await first[Symbol.asyncDispose]();
    // As it would stand there had it died before the clock was set back.
    const expiresAt = clock.now() + 100 * 3_600_000;
    await store.commit([[{ kind: 'instance.put', id: dead, startedAt: 0, expiresAt, leaseMs: 10_000, places: [] }]]);
    await using second = await testRunyard({ store, clock, executors: { scripted: scriptedExecutor(first.engine) } });
    await clock.advance(120_000);
    expect((await second.runyard.runs.get(id)).leaseEpoch).toBe(2);
  });
});

const endAll = async (engine: ScriptedEngine, graceMs: number): Promise<void> => {
  const executor = scriptedExecutor(engine);
  const { signal } = new AbortController();
  const ends = engine
    .held()
    .map(({ id, key }) => executor.stop({ v: 1, place: engine.place, id, key }, { graceMs, signal }));
  await Promise.all(ends);
};
