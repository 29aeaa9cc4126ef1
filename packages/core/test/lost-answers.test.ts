import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { RunyardError } from '../src/domain/errors.ts';
import type { Change, Store } from '../src/ports/store.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { exits, hangs } from '../src/testing/scripted-executor/behaviour.ts';
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

describe('a lease that lapses', () => {
  const mortal = (engine: ScriptedEngine) => ({ ...scriptedExecutor(engine), durable: false });

  it('while a function is only prepared ends nothing that has not begun, and nothing runs twice', async () => {
    const clock = new ManualClock();
    const here = new ScriptedEngine({ clock, place: 'here', script: () => exits(0, { prepareMs: 5_000 }) });
    const store = memoryStore();
    const { commit } = store;
    let isAway = false;
    store.commit = (batches) => (isAway ? Promise.reject(away()) : commit(batches));
    await using t = await testRunyard({ store, clock, executors: { here: mortal(here) } });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', executor: 'here' });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.starting');
    isAway = true;
    await clock.advance(25_000);
    isAway = false;
    expect(await clock.advanceUntil(t.runyard.runs.wait(id), 120_000)).toMatchObject({
      state: 'succeeded',
      attempt: 1,
    });
    expect(here.executions()).toHaveLength(1);
  });

  it('while a function runs stops it, and the run is tried again on the budget of its surroundings', async () => {
    const clock = new ManualClock();
    const here = new ScriptedEngine({
      clock,
      place: 'here',
      script: ({ key }) => (key.endsWith('.1') ? hangs() : exits(0)),
    });
    const store = memoryStore();
    const { commit } = store;
    let isAway = false;
    store.commit = (batches) => (isAway ? Promise.reject(away()) : commit(batches));
    await using t = await testRunyard({ store, clock, executors: { here: mortal(here) } });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', executor: 'here' });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running');
    isAway = true;
    await clock.advance(25_000);
    expect(here.executions(`${id}.1`)[0]?.to).not.toBeNull();
    isAway = false;
    expect(await clock.advanceUntil(t.runyard.runs.wait(id), 120_000)).toMatchObject({
      state: 'succeeded',
      attempt: 2,
      infrastructureFailures: 1,
      failures: 0,
    });
  });
});
