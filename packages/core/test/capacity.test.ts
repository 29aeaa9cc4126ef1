import { expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { processExecutor } from '../src/adapters/process-executor/process-executor.ts';
import type { Store } from '../src/ports/store.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { exits } from '../src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { temporaryHost } from './temporary-host.ts';

const minute = 60_000;
const sizes = { small: { cpu: 1, memory: '1Gi' }, large: { cpu: 2, memory: '2Gi' } };
const capacity = { cpu: 2, memoryBytes: 4 * 2 ** 30, gpus: [] };

const crowded = async (runMs: (key: string) => number, options: { store?: Store } = {}) => {
  const clock = new ManualClock();
  const machine = new ScriptedEngine({
    clock,
    capacity,
    place: 'machine',
    script: ({ key }) => exits(0, { runMs: runMs(key) }),
  });
  const again = () => testRunyard({ clock, sizes, executors: { machine: scriptedExecutor(machine) }, ...options });
  const t = await again();
  const job = async (name: string, size: string) =>
    (await t.runyard.jobs.create({ name, command: 'x', executor: 'machine', size })).id;
  return { t, machine, job, again };
};
const atOnce = (executions: readonly { from: number; to: number | null }[]): number =>
  Math.max(...executions.map(({ from }) => executions.filter((e) => e.from <= from && (e.to ?? 1e15) > from).length));

it('no more runs than fit the place are there at once, and all get their turn', async () => {
  const { t, machine, job } = await crowded(() => 10_000);
  await using _ = t;
  const id = await job('small', 'small');
  const runs = [];
  for (let n = 0; n < 7; n++) runs.push(await t.runyard.jobs.start(id));
  await t.clock.advance(1000);
  const waiting = await t.runyard.runs.list({ states: ['queued'] });
  expect(waiting.items).toHaveLength(5);
  expect(waiting.items[0]?.sentence).toMatch(/^Waits for 1 cpu and 1 GiB of memory: other runs use/);
  await t.clock.advance(minute);
  expect((await t.runyard.runs.list({ states: ['succeeded'] })).items).toHaveLength(7);
  expect(atOnce(machine.executions())).toBe(2);
});

it('a large run that small ones keep passing has its turn after the bound', async () => {
  const { t, machine, job } = await crowded(() => 2 * minute);
  await using _ = t;
  const [small, large] = [await job('small', 'small'), await job('large', 'large')];
  await t.runyard.jobs.start(small);
  await t.clock.advance(minute);
  const { id } = await t.runyard.jobs.start(large);
  // A small one comes every minute, so there is never a moment in which both cores are free.
  for (let n = 0; n < 15; n++) {
    await t.runyard.jobs.start(small);
    await t.clock.advance(minute);
  }
  const run = await t.runyard.runs.get(id);
  const waited = (run.startedAt ?? 0) - run.createdAt;
  expect(waited).toBeGreaterThanOrEqual(10 * minute);
  expect(waited).toBeLessThanOrEqual(13 * minute);
  expect(atOnce(machine.executions())).toBeLessThanOrEqual(2);
});

it('what takes a place is known again after a restart', async () => {
  const { t, machine, job, again } = await crowded(() => 2 * minute, { store: memoryStore() });
  const id = await job('large', 'large');
  await t.runyard.jobs.start(id);
  await t.clock.advance(1000);
  await t[Symbol.asyncDispose]();
  await using second = await again();
  await second.runyard.jobs.start(id);
  await second.clock.advance(minute);
  expect(machine.executions()).toHaveLength(1);
  await second.clock.advance(2 * minute);
  expect(machine.executions()).toHaveLength(2);
  expect(atOnce(machine.executions())).toBe(1);
});

it('two executors at one place share what it has, and its queue', async () => {
  const clock = new ManualClock();
  const machine = new ScriptedEngine({ clock, capacity, place: 'machine', script: () => exits(0, { runMs: minute }) });
  const executors = { one: scriptedExecutor(machine), two: scriptedExecutor(machine) };
  await using t = await testRunyard({ clock, sizes, executors });
  const start = async (name: string, executor: string, size: string, priority: number) => {
    const job = await t.runyard.jobs.create({ name, command: 'x', executor, size, priority });
    return (await t.runyard.jobs.start(job.id)).id;
  };
  const stateOf = async (id: string) => (await t.runyard.runs.get(id)).state;
  const first = await start('first', 'one', 'small', 0);
  await t.clock.advance(1000);
  const small = await start('small', 'one', 'large', -5);
  const large = await start('large', 'two', 'large', 5);
  await t.clock.advance(minute);
  expect([await stateOf(first), await stateOf(small), await stateOf(large)]).toEqual([
    'succeeded',
    'queued',
    'running',
  ]);
  await t.clock.advance(2 * minute);
  expect(atOnce(machine.executions())).toBe(1);
});

it('the process executor publishes what it was told, or the machine, or nothing', async () => {
  await using host = await temporaryHost();
  const never = new AbortController().signal;
  const given = processExecutor({ capacity: { cpu: 3, memory: 5 } })(host);
  expect(await given.capacity?.(never)).toEqual({ cpu: 3, memoryBytes: 5, gpus: [] });
  const quantity = processExecutor({ capacity: { cpu: 0.5, memory: '8Gi' } })(host);
  expect(await quantity.capacity?.(never)).toEqual({ cpu: 0.5, memoryBytes: 8 * 2 ** 30, gpus: [] });
  for (const capacity of [
    { cpu: 0, memory: 1 },
    { cpu: 1, memory: 'much' },
  ])
    expect(() => processExecutor({ capacity })(host)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  expect(processExecutor({ capacity: 'unlimited' })(host).capacity).toBeUndefined();
  const machine = await processExecutor()(host).capacity?.(never);
  expect(machine?.cpu).toBeGreaterThan(0);
  expect(machine?.memoryBytes).toBeGreaterThan(2 ** 20);
});
