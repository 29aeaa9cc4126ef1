import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { goBy } from '../src/domain/store-clock.ts';
import { newStoreTime } from '../src/engine/store-time.ts';
import type { Change, Store, StoreNews } from '../src/ports/store.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { hangs } from '../src/testing/scripted-executor/behaviour.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

const minute = 60_000;

/** A store whose clock is ahead of the host's. */
const aheadBy = (clock: ManualClock, ms: number, store = memoryStore()): Store & { ms: number } => {
  const own = { ...store, ms, time: async () => clock.now() + own.ms };
  return own;
};

describe('the time of a store', () => {
  it('fires schedules and dates runs, whatever the host’s clock says', async () => {
    const clock = new ManualClock({ now: Date.UTC(2024, 0, 1, 10, 0) });
    await using t = await testRunyard({ clock, store: aheadBy(clock, 5 * minute) });
    await t.runyard.jobs.create({ name: 'a', command: 'x', schedule: { cron: '0 11 * * *' } });
    await clock.advance(54 * minute);
    expect((await t.runyard.runs.list()).items).toEqual([]);
    await clock.advance(2 * minute);
    expect((await t.runyard.runs.list()).items).toMatchObject([{ dueAt: Date.UTC(2024, 0, 1, 11, 0) }]);
  });

  it('dates leases, so that hosts whose clocks differ by minutes do not take each other’s runs', async () => {
    const clock = new ManualClock();
    const shared = memoryStore();
    const t = await testRunyard({ clock, store: aheadBy(clock, 5 * minute, shared), script: () => hangs() });
    await using _ = t;
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running');
    // The same database, and a host whose own clock is five minutes ahead of the other's.
    const wrong = new Proxy(clock, {
      get: (_, name: keyof ManualClock) =>
        name === 'now' ? () => clock.now() + 5 * minute : (clock[name] as (...given: unknown[]) => unknown).bind(clock),
    });
    await using _other = await testRunyard({
      clock: wrong,
      store: aheadBy(clock, 5 * minute, shared),
      executors: { scripted: scriptedExecutor(t.engine) },
    });
    await clock.advance(2 * minute);
    expect(await t.runyard.runs.get(id)).toMatchObject({ state: 'running', leaseEpoch: 1 });
  });

  it('is in health(), which is degraded while the host’s clock is off by more than a minute', async () => {
    const clock = new ManualClock();
    const store = aheadBy(clock, 30_000);
    await using t = await testRunyard({ clock, store });
    expect(await t.runyard.health()).toMatchObject({ status: 'ok', clock: { hostAheadMs: -30_000 } });
    store.ms = 5 * minute;
    await clock.advance(minute);
    expect(await t.runyard.health()).toMatchObject({ status: 'degraded', clock: { hostAheadMs: -5 * minute } });
  });

  it('says once when the host’s clock is off by more than a minute, and again after it was right', async () => {
    const clock = new ManualClock();
    const store = aheadBy(clock, 0);
    await using t = await testRunyard({ clock, store });
    const told: string[] = [];
    t.runyard.on('error', ({ sentence }) => told.push(sentence));
    const off = () => told.filter((sentence) => sentence.startsWith('The clock of this host'));
    await clock.advance(minute);
    expect(off()).toEqual([]);
    store.ms = 5 * minute;
    await clock.advance(5 * minute);
    expect(off()).toEqual([expect.stringContaining('300 s behind')]);
    store.ms = 0;
    await clock.advance(minute);
    store.ms = -5 * minute;
    await clock.advance(minute);
    expect(off()).toHaveLength(2);
    expect(off()[1]).toContain('300 s ahead of');
  });

  it('goes on by the monotonic clock between two readings', async () => {
    const clock = new ManualClock({ now: 1_000_000 });
    const time = newStoreTime(clock, { time: async () => 5_000_000 });
    await time.read();
    await clock.advance(1000);
    clock.set(99_000_000);
    expect(time.clock.now()).toBe(5_001_000);
    expect(time.fromHost(clock.now() - 500)).toBe(5_000_500);
  });

  it('is taken from the surer of two readings, and from the later where both cannot be true', () => {
    const sure = { offset: 1000, error: 1, at: 0 };
    const vague = { offset: 1100, error: 400, at: 10 };
    expect(goBy(null, vague)).toBe(vague);
    expect(goBy(sure, vague)).toBe(sure);
    expect(goBy(vague, { ...sure, at: 20 })).toEqual({ ...sure, at: 20 });
    expect(goBy(sure, { offset: 61_000, error: 400, at: 10 })).toMatchObject({ offset: 61_000 });
    // In time the two clocks may have parted, and the old reading is worth no more than a vague one.
    expect(goBy(sure, { ...vague, at: 500_000 })).toMatchObject({ offset: 1100 });
  });
});

describe('news of a store', () => {
  // Two instances, as over a database that notifies.
  const told = () => {
    const store = memoryStore();
    const heard: ((news: StoreNews) => void)[] = [];
    const share = (): Store => {
      let own: ((news: StoreNews) => void) | null = null;
      return {
        ...store,
        watch: (listener) => {
          own = listener;
          heard.push(listener);
        },
        async commit(batches) {
          const results = await store.commit(batches);
          const runs = batches.flat().flatMap(idOf);
          if (runs.length > 0) for (const listener of heard) if (listener !== own) listener({ runs });
          return results;
        },
      };
    };
    return share;
  };
  const idOf = (change: Change): string[] =>
    change.kind === 'run.insert' || change.kind === 'run.write'
      ? [change.run.id]
      : change.kind === 'run.request-stop'
        ? [change.id]
        : [];

  it('wake the loop of another instance: a run is started, stopped and awaited without time passing', async () => {
    const share = told();
    await using one = await testRunyard({ store: share(), script: () => hangs() });
    await using two = await testRunyard({ store: share(), clock: one.clock, autoStart: false });
    const job = await one.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await two.runyard.jobs.start(job.id);
    await one.events.waitFor('run.running');
    await two.runyard.runs.cancel(id);
    await one.clock.advanceUntil(two.runyard.runs.wait(id), 1000);
  });
});
