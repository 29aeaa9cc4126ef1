import { expect, it } from 'vitest';
import type { Capacity, Executor } from '../src/ports/executor.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { exits } from '../src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { type TestRunyard, testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

/** An executor behind which another engine comes to stand. */
const twoEngines = (capacity?: Capacity) => {
  const clock = new ManualClock();
  const engines = ['before', 'after'].map((place) => {
    const options = { clock, place, script: () => exits(0, { runMs: 1000 }), ...(capacity && { capacity }) };
    return new ScriptedEngine(options);
  });
  const executors = engines.map((engine) => scriptedExecutor(engine)) as Executor[];
  let at = 0;
  const now = (): Executor => executors[at] as Executor;
  const { name, durable } = now();
  const executor: Executor = {
    ...{ name, durable },
    place: (...given) => now().place(...given),
    parseSpec: (...given) => now().parseSpec(...given),
    prepare: (...given) => now().prepare(...given),
    start: (...given) => now().start(...given),
    inspect: (...given) => now().inspect(...given),
    wait: (...given) => now().wait(...given),
    stop: (...given) => now().stop(...given),
    remove: (...given) => now().remove(...given),
    ...(capacity && { capacity: async () => capacity }),
  };
  const change = (): void => {
    at = 1 - at;
  };
  return { clock, engines, executor, change };
};

const start = async (t: TestRunyard): Promise<string> => {
  const backoff = { limit: 0, initialMs: 0, infrastructureLimit: 1 };
  const job = await t.runyard.jobs.create({ name: 'a', command: 'x', executor: 'executor', backoff });
  return (await t.runyard.jobs.start(job.id)).id;
};

it('what is prepared by another engine than it was admitted for lives there, and is looked after there', async () => {
  const { clock, engines, executor, change } = twoEngines();
  await using t = await testRunyard({ clock, executors: { executor } });
  change();
  const id = await start(t);
  await t.clock.advanceUntil(t.events.waitFor('attempt.disposed'), 60_000);
  expect(await t.runyard.runs.get(id)).toMatchObject({
    ...{ state: 'succeeded', place: 'after', attempt: 1, infrastructureFailures: 0 },
    attempts: [{ state: 'disposed', place: 'after', handle: { place: 'after' } }],
  });
  expect(engines.flatMap((engine) => engine.left())).toEqual([]);
});

it('where it was given a share of the one before, nothing of it runs, and it is admitted anew', async () => {
  const { clock, engines, executor, change } = twoEngines({ cpu: 2, memoryBytes: 2 ** 40, gpus: [] });
  await using t = await testRunyard({ clock, executors: { executor } });
  change();
  const id = await start(t);
  await t.clock.advanceUntil(
    t.events.waitFor('attempt.disposed', ({ attempt }) => attempt.attempt === 2),
    60_000,
  );
  expect(await t.runyard.runs.get(id)).toMatchObject({
    ...{ state: 'succeeded', place: 'after', attempt: 2, infrastructureFailures: 1 },
    attempts: [
      { place: 'before', handle: null, outcome: { class: 'infrastructure', reason: 'place-changed' } },
      { place: 'after' },
    ],
  });
  expect(engines.flatMap((engine) => engine.left())).toEqual([]);
  expect(engines.map((engine) => engine.executions(`${id}.1`))).toEqual([[], []]);
});

it('what has ended before that is left until its place is there again', async () => {
  const { clock, engines, executor, change } = twoEngines();
  await using t = await testRunyard({ clock, executors: { executor } });
  t.runyard.on('attempt.ended', change);
  const id = await start(t);
  await clock.advanceUntil(t.runyard.runs.wait(id), 60_000);
  await clock.advance(60_000);
  const told = t.events.all('error').length;
  await clock.advance(10 * 60_000);
  expect(t.events.all('error')).toHaveLength(told);
  expect((await t.runyard.runs.get(id)).attempts).toMatchObject([{ state: 'sealed', place: 'before' }]);
  expect(engines.flatMap((engine) => engine.left())).toHaveLength(1);
  change();
  await clock.advanceUntil(t.events.waitFor('attempt.disposed'), 60_000);
  expect(engines.flatMap((engine) => engine.left())).toEqual([]);
});

it('what has ended before that holds up no close', async () => {
  const { clock, executor, change } = twoEngines();
  await using t = await testRunyard({ clock, executors: { executor } });
  t.runyard.on('attempt.ended', change);
  await clock.advanceUntil(t.runyard.runs.wait(await start(t)), 60_000);
  await clock.advanceUntil(t.runyard.close({ drain: true }), 60_000);
});
