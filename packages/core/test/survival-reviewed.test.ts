import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { memoryLogStore } from '../src/adapters/memory-log-store/memory-log-store.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { RunyardError } from '../src/domain/errors.ts';
import { newPlaces } from '../src/engine/places.ts';
import type { Executor } from '../src/ports/executor.ts';
import type { Store } from '../src/ports/store.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { exits, hangs } from '../src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

// What readers of the code have found, each as the rule that it broke.

const minute = 60_000;
const on = (engine: ScriptedEngine): Executor => scriptedExecutor(engine) as Executor;

describe('an instance whose lease has lapsed', () => {
  it('begins nothing until it has one again', async () => {
    const inner = memoryStore();
    let refused = false;
    const store: Store = {
      ...inner,
      async commit(batches) {
        const renews = batches.flat().some(({ kind }) => kind === 'instance.put');
        if (refused && renews) throw new RunyardError('store-newer', 'The store was migrated.');
        return inner.commit(batches);
      },
    };
    await using t = await testRunyard({ store });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', schedule: { cron: '* * * * *' } });
    refused = true;
    await t.clock.advance(11_000);
    const { id } = await t.runyard.jobs.start(job.id);
    await t.clock.advance(5 * minute);
    expect((await t.runyard.runs.list()).items).toMatchObject([{ id, state: 'queued' }]);
    refused = false;
    expect(await t.clock.advanceUntil(t.runyard.runs.wait(id), minute)).toMatchObject({ state: 'succeeded' });
  });
});

describe('a start after the close', () => {
  it('is refused, and asks no engine', async () => {
    const asked: string[] = [];
    const silent: Executor = {
      ...on(new ScriptedEngine({ clock: new ManualClock() })),
      place: () => {
        asked.push('place');
        return Promise.reject(new Error('away'));
      },
    };
    await using t = await testRunyard({ executors: { silent }, autoStart: false });
    await t.runyard.close();
    await expect(t.runyard.start()).rejects.toMatchObject({ code: 'closed' });
    expect(asked).toEqual([]);
  });
});

describe('a place that fails after the call was aborted', () => {
  // An unhandled rejection would end the host; vitest fails on one.
  it('is nobody’s unhandled rejection', async () => {
    const answer = Promise.withResolvers<string>();
    const silent: Executor = {
      ...on(new ScriptedEngine({ clock: new ManualClock() })),
      place: async () => answer.promise,
    };
    const aborted = AbortSignal.abort(new Error('the engine stops'));
    const places = newPlaces({ executors: new Map([['silent', silent]]), clock: new ManualClock(), answerMs: 1 });
    await places.ask(aborted);
    answer.reject(new Error('away'));
    await expect(answer.promise).rejects.toThrow('away');
    await setImmediate();
  });
});

describe('one renewal that hangs', () => {
  it('does not cost a healthy instance its lease', async () => {
    const inner = memoryStore();
    let hangsOnce = false;
    const store: Store = {
      ...inner,
      async commit(batches) {
        const renews = batches.flat().some(({ kind }) => kind === 'instance.put');
        if (hangsOnce && renews) {
          hangsOnce = false;
          return new Promise(() => {});
        }
        return inner.commit(batches);
      },
    };
    await using t = await testRunyard({ store, timings: { storeTimeoutMs: 20_000 } });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    hangsOnce = true;
    await t.clock.advance(12_000);
    expect(hangsOnce).toBe(false);
    const { id } = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.succeeded', ({ run }) => run.id === id);
  });
});

describe('a start that adopts for longer than a lease', () => {
  it('renews its lease meanwhile, so that nobody takes the runs from it again', async () => {
    const inner = memoryStore();
    const first = await testRunyard({ store: inner, script: () => hangs() });
    const { clock, engine } = first;
    const job = await first.runyard.jobs.create({ name: 'a', command: 'x' });
    await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.running');
    await first[Symbol.asyncDispose]();
    let renewals = 0;
    const store: Store = {
      ...inner,
      async commit(batches) {
        const kinds = batches.flat().map(({ kind }) => kind);
        if (kinds.includes('instance.put')) renewals++;
        if (kinds.includes('run.adopt')) await clock.sleep(25_000, new AbortController().signal);
        return inner.commit(batches);
      },
    };
    const executors = { scripted: on(engine) };
    await using second = await testRunyard({ store, clock, executors, autoStart: false });
    await clock.advanceUntil(second.runyard.start(), minute);
    expect(renewals).toBeGreaterThan(5);
  });
});

describe('assume-gone', () => {
  it('does not count our own downtime against a place that answers', async () => {
    const store = memoryStore();
    const logStore = memoryLogStore();
    const clock = new ManualClock();
    const engine = new ScriptedEngine({ clock, place: 'p', script: () => hangs() });
    const first = await testRunyard({ store, logStore, clock, executors: { x: on(engine) } });
    const onPlaceLost = { rule: 'assume-gone', afterMs: 10 * minute } as const;
    const job = await first.runyard.jobs.create({ name: 'b', command: 'x', executor: 'x', onPlaceLost });
    const { id } = await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.running');
    engine.goAway();
    await clock.advance(minute);
    await first[Symbol.asyncDispose]();
    engine.comeBack();
    await clock.advance(60 * minute);
    const late: Executor = {
      ...on(engine),
      async wait(handle, options) {
        await clock.sleep(3000, options.signal);
        return on(engine).wait(handle, options);
      },
    };
    await using second = await testRunyard({ store, logStore, clock, executors: { x: late } });
    await clock.advance(minute);
    expect(await second.runyard.runs.get(id)).toMatchObject({ state: 'running', attempt: 1, silentSince: null });
  });
});

describe('ends of attempts that cannot be finished now', () => {
  it('hold up no other, however many there are', async () => {
    const store = memoryStore();
    const logStore = memoryLogStore();
    const clock = new ManualClock();
    const bad = new ScriptedEngine({ clock, place: 'bad', script: () => exits(0) });
    const good = new ScriptedEngine({ clock, place: 'good', script: () => exits(0) });
    const stuck = (engine: ScriptedEngine): Executor => ({
      ...on(engine),
      remove: async () => {
        throw new Error('not now');
      },
    });
    const first = await testRunyard({ store, logStore, clock, executors: { bad: stuck(bad), good: stuck(good) } });
    const jobs = await Promise.all(
      ['bad', 'good'].map((name) => first.runyard.jobs.create({ name, command: 'x', executor: name })),
    );
    for (const job of [...Array.from({ length: 20 }, () => jobs[0]), jobs[1]])
      await first.runyard.jobs.start(job?.id ?? '');
    await clock.advance(minute);
    await first[Symbol.asyncDispose]();
    expect(good.left()).toHaveLength(1);
    await using _ = await testRunyard({ store, logStore, clock, executors: { bad: stuck(bad), good: on(good) } });
    await clock.advance(2 * minute);
    expect(good.left()).toEqual([]);
    expect(bad.left()).toHaveLength(20);
  });
});

describe('close with drain', () => {
  it('waits until what has ended is sealed and disposed of', async () => {
    const store = memoryStore();
    const clock = new ManualClock();
    const engine = new ScriptedEngine({ clock, place: 'p', script: () => exits(0) });
    const slow: Executor = {
      ...on(engine),
      async remove(handle, signal) {
        await clock.sleep(2000, signal);
        await on(engine).remove(handle, signal);
      },
    };
    const t = await testRunyard({ store, clock, executors: { slow } });
    await using _ = t;
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', executor: 'slow' });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.runyard.runs.wait(id);
    const closed = t.runyard.close({ drain: true });
    await clock.advanceUntil(closed, minute);
    expect(engine.left()).toEqual([]);
    expect(await store.attempts(id)).toMatchObject([{ state: 'disposed' }]);
  });
});

describe('an executor that does not heed its signal', () => {
  it('counts as silent when it does not say its place in time, and does not hold up a close', async () => {
    const clock = new ManualClock();
    const engine = new ScriptedEngine({ clock, place: 'p' });
    let asked = 0;
    const deaf: Executor = {
      ...on(engine),
      place: (signal) => (asked++ === 0 ? on(engine).place(signal) : new Promise(() => {})),
    };
    await using t = await testRunyard({ clock, executors: { deaf } });
    expect((await t.runyard.health()).executors.deaf).toMatchObject({ status: 'ok' });
    await clock.advance(30_000);
    expect((await t.runyard.health()).executors.deaf).toMatchObject({ status: 'unavailable' });
  });
});
