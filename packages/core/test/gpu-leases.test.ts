import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import type { Gpu } from '../src/domain/gpu/gpu.ts';
import type { Executor, Launch } from '../src/ports/executor.ts';
import type { Store } from '../src/ports/store.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { type Behaviour, exits, hangs, ignoresTerm, type Script } from '../src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

const minute = 60_000;
const sizes = {
  small: { cpu: 1, memory: '1Gi' },
  gpu: { cpu: 1, memory: '1Gi', gpu: { count: 1 } },
  both: { cpu: 1, memory: '1Gi', gpu: { count: 2 } },
  half: { cpu: 1, memory: '1Gi', gpu: { count: 1, share: 0.5, memory: '4Gi' } },
};
const gpu = (n: number): Gpu => ({ uuid: `GPU-${n}`, model: 'NVIDIA L4', memoryBytes: 22 * 2 ** 30 });

interface Machine {
  gpus?: readonly Gpu[];
  script?: Script;
  store?: Store;
  change?(executor: Executor): Partial<Executor>;
}

const machineWith = async ({ gpus = [gpu(1), gpu(2)], script = () => hangs(), store, change }: Machine = {}) => {
  const clock = new ManualClock();
  const seen: Launch[] = [];
  const engine = new ScriptedEngine({
    clock,
    capacity: { cpu: 8, memoryBytes: 64 * 2 ** 30, gpus },
    place: 'machine',
    script: (launch, previous) => {
      seen.push(launch);
      return script(launch, previous);
    },
  });
  const plain = scriptedExecutor(engine) as Executor;
  const executors = { machine: { ...plain, ...change?.(plain) } };
  const t = await testRunyard({ clock, sizes, executors, ...(store && { store }) });
  const start = async (size: string): Promise<string> => {
    const { items } = await t.runyard.jobs.list({ name: size });
    const job = items[0] ?? (await t.runyard.jobs.create({ name: size, command: 'x', executor: 'machine', size }));
    return (await t.runyard.jobs.start(job.id)).id;
  };
  const gpusOf = async (id: string) => (await t.runyard.runs.get(id)).attempts.at(-1)?.gpus.map(({ uuid }) => uuid);
  return { t, clock, engine, seen, start, gpusOf };
};

describe('GPUs of a host-bound executor', () => {
  it('are given to one run at a time, and to the next when that has ended', async () => {
    const { t, clock, start, seen, gpusOf } = await machineWith({ script: () => exits(0, { runMs: minute }) });
    await using _ = t;
    const [a, b, c] = [await start('gpu'), await start('gpu'), await start('gpu')];
    await clock.advance(1000);
    expect([await gpusOf(a), await gpusOf(b)]).toEqual([['GPU-1'], ['GPU-2']]);
    expect(seen.map(({ gpus, env }) => [...gpus, env.RUNYARD_GPUS])).toEqual([
      ['GPU-1', 'GPU-1'],
      ['GPU-2', 'GPU-2'],
    ]);
    expect(await t.runyard.runs.get(c)).toMatchObject({
      state: 'queued',
      sentence: `Waits for 1 GPU: 0 of 2 are free; run ${a} holds GPU-1; run ${b} holds GPU-2.`,
    });
    expect(await clock.advanceUntil(t.runyard.runs.wait(c), 3 * minute)).toMatchObject({ state: 'succeeded' });
  });

  it('are shared only by those that ask for a share, each told of its memory', async () => {
    const { t, clock, start, seen } = await machineWith({ gpus: [gpu(1)] });
    await using _ = t;
    await start('half');
    await start('half');
    const [third, whole] = [await start('half'), await start('gpu')];
    await clock.advance(1000);
    expect(seen.map(({ gpus, env }) => [gpus, env.RUNYARD_GPU_MEMORY_BYTES])).toEqual([
      [['GPU-1'], String(4 * 2 ** 30)],
      [['GPU-1'], String(4 * 2 ** 30)],
    ]);
    for (const id of [third, whole]) expect((await t.runyard.runs.get(id)).state).toBe('queued');
  });

  it('are leased anew for a retry', async () => {
    const { t, clock, start, gpusOf } = await machineWith({
      script: ({ key }) => (key.endsWith('.1') ? exits(1) : hangs()),
    });
    await using _ = t;
    const job = await t.runyard.jobs.create({
      ...{ name: 'again', command: 'x', executor: 'machine', size: 'both' },
      backoff: { limit: 1, initialMs: 1000 },
    });
    const { id } = await t.runyard.jobs.start(job.id);
    await clock.advance(minute);
    expect(await gpusOf(id)).toEqual(['GPU-1', 'GPU-2']);
    const other = await start('gpu');
    await clock.advance(1000);
    expect((await t.runyard.runs.get(other)).state).toBe('queued');
  });

  it('of a run that was abandoned stay its own until its place says that it is gone', async () => {
    const { t, clock, engine, start } = await machineWith({ gpus: [gpu(1)], script: () => ignoresTerm() });
    await using _ = t;
    const first = await start('gpu');
    await t.events.waitFor('run.running');
    engine.goAway();
    await clock.advance(minute);
    await t.runyard.runs.abandon(first);
    await clock.advance(minute);
    expect(await t.runyard.runs.get(first)).toMatchObject({ state: 'failed', reason: 'abandoned' });
    const second = await start('gpu');
    engine.comeBack();
    // It answers again, and the first gets its grace.
    await clock.advance(20_000);
    expect((await t.runyard.runs.get(second)).sentence).toContain(`run ${first} holds GPU-1`);
    await clock.advance(minute);
    expect((await t.runyard.runs.get(second)).state).toBe('running');
    const [one, two] = engine.executions();
    expect(one?.to).toBeLessThanOrEqual(two?.from ?? 0);
  });

  it('that something else uses wait until it is gone', async () => {
    let busy = true;
    const { t, clock, start } = await machineWith({
      gpus: [gpu(1)],
      change: () => ({
        capacity: async () => ({
          ...{ cpu: 8, memoryBytes: 64 * 2 ** 30 },
          gpus: [{ ...gpu(1), ...(busy && { busy: 'python (pid 4242)' }) }],
        }),
      }),
    });
    await using _ = t;
    const id = await start('gpu');
    await clock.advance(minute);
    expect((await t.runyard.runs.get(id)).sentence).toBe(
      'Waits for 1 GPU: 0 of 1 are free; GPU-1 is in use: python (pid 4242).',
    );
    busy = false;
    await clock.advance(minute);
    expect((await t.runyard.runs.get(id)).state).toBe('running');
  });
});

describe('a device that is used without a lease', () => {
  // As when the database was put back to an older copy.
  const afterARestore = async (behaviour: Behaviour = {}) => {
    const installation = 'ab'.repeat(16);
    const store = memoryStore({ installation });
    const machine = await machineWith({ gpus: [gpu(1)], store, script: () => hangs(behaviour) });
    const lost = await machine.start('gpu');
    await machine.clock.advance(1000);
    await machine.t[Symbol.asyncDispose]();
    const executors = { machine: scriptedExecutor(machine.engine) as Executor };
    const t = await testRunyard({ clock: machine.clock, sizes, executors, store: memoryStore({ installation }) });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', executor: 'machine', size: 'gpu' });
    return { ...machine, t, lost, start: async () => (await t.runyard.jobs.start(job.id)).id };
  };

  it('is leased to nobody until that is over, and it is told', async () => {
    const { t, clock, engine, lost, start } = await afterARestore();
    await using _ = t;
    const id = await start();
    await clock.advance(minute);
    expect((await t.runyard.runs.get(id)).sentence).toBe(
      `Waits for 1 GPU: 0 of 1 are free; GPU-1 is blocked: ${lost}.1 runs on it, and no lease says so.`,
    );
    const told = t.events.all('error').map(({ sentence }) => sentence);
    expect(told.filter((sentence) => sentence.startsWith("GPU-1 at 'machine' is leased to nobody"))).toHaveLength(1);
    engine.forget(`${lost}.1`);
    await clock.advance(minute);
    expect((await t.runyard.runs.get(id)).state).toBe('running');
  });

  it('counts what was started and does not run yet as its user', async () => {
    const { t, clock, lost, start } = await afterARestore({ waiting: { ms: 60 * minute, sentence: 'Pulling.' } });
    await using _ = t;
    const id = await start();
    await clock.advance(minute);
    expect((await t.runyard.runs.get(id)).sentence).toContain(`${lost}.1 runs on it, and no lease says so`);
  });

  it('is not looked for where an executor lists nothing: it gives its devices away all the same', async () => {
    const { t, clock, start } = await machineWith({ change: () => ({ list: undefined }) as never });
    await using _ = t;
    const id = await start('gpu');
    await clock.advance(1000);
    expect((await t.runyard.runs.get(id)).state).toBe('running');
  });

  it('stays blocked where the place cannot be listed', async () => {
    let fails = true;
    const { t, clock, start } = await machineWith({
      change: (plain) => ({
        async *list(installation, signal) {
          if (fails) throw new Error('half of it is missing');
          yield* plain.list?.(installation, signal) ?? [];
        },
      }),
    });
    await using _ = t;
    const [gpus, cpu] = [await start('gpu'), await start('small')];
    await clock.advance(minute);
    expect((await t.runyard.runs.get(gpus)).sentence).toContain('has not been looked through yet');
    expect((await t.runyard.runs.get(cpu)).state).toBe('running');
    fails = false;
    await clock.advance(minute);
    expect((await t.runyard.runs.get(gpus)).state).toBe('running');
  });
});

describe('looking at who uses the GPUs', () => {
  it('of one place does not hold up another, nor the close, however long its list takes', async () => {
    const clock = new ManualClock();
    const capacity = { cpu: 8, memoryBytes: 64 * 2 ** 30, gpus: [gpu(1)] };
    const [hung, well] = ['hung', 'well'].map((place) => new ScriptedEngine({ clock, capacity, place }));
    if (!hung || !well) throw new Error('two engines');
    const hanging = {
      ...(scriptedExecutor(hung) as Executor),
      async *list(): AsyncGenerator<never> {
        await new Promise(() => {});
      },
    };
    const executors = { hung: hanging, well: scriptedExecutor(well) as Executor };
    await using t = await testRunyard({ clock, sizes, executors });
    well.goAway();
    await clock.advance(minute);
    well.comeBack();
    await clock.advance(minute);
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', executor: 'well', size: 'small' });
    const { id } = await t.runyard.jobs.start(job.id);
    expect(await clock.advanceUntil(t.runyard.runs.wait(id), minute)).toMatchObject({ state: 'succeeded' });
    // It closes files of its own, which takes as many steps of the clock as the machine is slow.
    await clock.advanceUntil(t.runyard.close(), 60 * minute);
  });

  it('is done anew where an executor serves another place than before', async () => {
    const clock = new ManualClock();
    const capacity = { cpu: 8, memoryBytes: 64 * 2 ** 30, gpus: [gpu(1)] };
    const [first, second] = ['first', 'second'].map((place) => new ScriptedEngine({ clock, capacity, place }));
    if (!first || !second) throw new Error('two engines');
    let now = scriptedExecutor(first) as Executor;
    let fails = false;
    const moving: Executor = {
      ...now,
      place: (signal) => now.place(signal),
      parseSpec: (input) => now.parseSpec(input),
      prepare: (launch, signal) => now.prepare(launch, signal),
      start: (handle, options) => now.start(handle, options),
      wait: (handle, options) => now.wait(handle, options),
      capacity: async () => capacity,
      async *list(installation, signal) {
        if (fails) throw new Error('not now');
        yield* now.list?.(installation, signal) ?? [];
      },
    };
    await using t = await testRunyard({ clock, sizes, executors: { moving } });
    await clock.advance(minute);
    now = scriptedExecutor(second) as Executor;
    fails = true;
    await clock.advance(minute);
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', executor: 'moving', size: 'gpu' });
    const { id } = await t.runyard.jobs.start(job.id);
    await clock.advance(minute);
    expect((await t.runyard.runs.get(id)).sentence).toContain('has not been looked through yet');
  });

  it('that only just ended, between the list and the ledger, blocks nothing', async () => {
    const { t, clock, start } = await machineWith({
      gpus: [gpu(1)],
      script: () => exits(0, { runMs: 10 }),
      // Each list takes a while: what it tells has ended meanwhile.
      change: (plain) => ({
        async *list(installation, signal) {
          const all = [];
          for await (const one of plain.list?.(installation, signal) ?? []) all.push(one);
          await new Promise((resolve) => setImmediate(resolve));
          yield* all;
        },
      }),
    });
    await using _ = t;
    for (let n = 0; n < 20; n++) await start('gpu');
    await clock.advance(5 * minute);
    expect(t.events.all('error').filter(({ sentence }) => sentence.includes('leased to nobody'))).toEqual([]);
  });
});

it('what an executor of another name has left at the place is looked after by the one that serves it now', async () => {
  const clock = new ManualClock();
  const store = memoryStore();
  const capacity = { cpu: 8, memoryBytes: 64 * 2 ** 30, gpus: [gpu(1)] };
  const engine = new ScriptedEngine({ clock, capacity, place: 'machine', script: () => hangs() });
  const before = await testRunyard({ clock, sizes, store, executors: { old: scriptedExecutor(engine) as Executor } });
  const job = await before.runyard.jobs.create({ name: 'a', command: 'x', executor: 'old', size: 'gpu' });
  const { id } = await before.runyard.jobs.start(job.id);
  await before.events.waitFor('run.running');
  await before[Symbol.asyncDispose]();
  await using t = await testRunyard({
    clock,
    sizes,
    store,
    executors: { fresh: scriptedExecutor(engine) as Executor },
  });
  await t.runyard.runs.abandon(id);
  await clock.advance(2 * minute);
  expect((await store.taken('machine')).gpus).toEqual([]);
  expect(engine.left()).toEqual([]);
});
