import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import type { Runyard } from '../src/services/runyard.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { exits, hangs } from '../src/testing/scripted-executor/behaviour.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2024, 0, 1);
const rows = async (runyard: Runyard, id: string): Promise<unknown[]> =>
  (await runyard.jobs.occurrences(id)).map(({ from, to, reason }) => [
    (from - start) / minute,
    (to - start) / minute,
    reason,
  ]);
const everyMinute = { name: 'a', command: 'x', schedule: { cron: '* * * * *' } };

describe('a wall clock that is set forward', () => {
  it('fires nothing before a second reading says the same', async () => {
    await using t = await testRunyard();
    const job = await t.runyard.jobs.create(everyMinute);
    await t.clock.advance(30_000);
    t.clock.set(t.clock.now() + 600 * minute);
    const other = await t.runyard.jobs.create({ ...everyMinute, name: 'b' }); // wakes the loop, which is not sure
    await t.clock.advance(500);
    t.clock.set(t.clock.now() - 600 * minute); // it was a glitch
    await t.clock.advance(2 * minute - 500);
    for (const { id } of [job, other])
      expect(await rows(t.runyard, id)).toEqual([
        [1, 1, null],
        [2, 2, null],
      ]);
  });

  it('is no downtime once it is confirmed: the missed rule speaks, and each instant has its row', async () => {
    await using t = await testRunyard();
    const job = await t.runyard.jobs.create(everyMinute);
    await t.clock.advance(30_000);
    t.clock.set(start + 600 * minute + 10_000);
    await t.clock.advance(2 * minute);
    expect(await rows(t.runyard, job.id)).toEqual([
      [1, 540, 'missed-window'],
      [541, 599, 'missed-collapsed'],
      [600, 600, null],
      [601, 601, null],
      [602, 602, null],
    ]);
    expect(t.events.all('error').map(({ sentence }) => sentence)).toEqual([expect.stringContaining('set forward by')]);
  });

  it('ends no run whose limit has not passed', async () => {
    await using t = await testRunyard({ script: () => exits(0, { runMs: 10 * minute }) });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', limits: { startMs: hour, runMs: hour } });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running');
    t.clock.set(t.clock.now() + 100 * hour);
    expect(await t.clock.advanceUntil(t.runyard.runs.wait(id))).toMatchObject({ state: 'succeeded' });
  });
});

describe('a wall clock that is set back', () => {
  it('goes on with the instant that is next now, and what ran does not run twice', async () => {
    await using t = await testRunyard();
    const job = await t.runyard.jobs.create(everyMinute);
    await t.clock.advance(10 * minute);
    expect(t.engine.executions()).toHaveLength(10);
    t.clock.jumpBack(5 * minute);
    await t.clock.advance(5 * minute);
    expect(t.engine.executions()).toHaveLength(10);
    await t.clock.advance(2 * minute);
    expect(t.engine.executions()).toHaveLength(12);
    expect((await rows(t.runyard, job.id)).map((row) => (row as unknown[])[0])).toEqual(
      Array.from({ length: 12 }, (_, n) => n + 1),
    );
  });

  it('withdraws what the ledger says of instants to come, and keeps what it says of those before', async () => {
    await using t = await testRunyard();
    const job = await t.runyard.jobs.create(everyMinute);
    await t.runyard.jobs.pause(job.id);
    await t.clock.advance(10 * minute);
    expect(await rows(t.runyard, job.id)).toEqual([[1, 10, 'paused']]);
    t.clock.jumpBack(6 * minute + 30_000); // 00:03:30
    await t.clock.advance(minute); // 00:04:30
    expect(await rows(t.runyard, job.id)).toEqual([[1, 4, 'paused']]);
    expect((await t.runyard.jobs.occurrences(job.id))[0]?.count).toBe(4);
    await t.runyard.jobs.resume(job.id);
    await t.clock.advance(2 * minute);
    expect(await rows(t.runyard, job.id)).toEqual([
      [1, 4, 'paused'],
      [5, 5, null],
      [6, 6, null],
    ]);
  });

  it('is not forgotten when the store fails just then', async () => {
    const store = memoryStore();
    const { ahead } = store;
    let failures = 0;
    store.ahead = async (...given) => {
      if (failures-- > 0) throw new Error('the store is away');
      return ahead(...given);
    };
    await using t = await testRunyard({ store });
    await t.runyard.jobs.create(everyMinute);
    await t.clock.advance(10 * minute);
    t.clock.jumpBack(1000 * hour);
    failures = 3;
    await t.clock.advance(3 * minute);
    expect(t.engine.executions().length).toBeGreaterThan(11);
  });

  it('moves cursors that are too far ahead at the next start, too', async () => {
    const store = memoryStore();
    const clock = new ManualClock({ now: start + 1000 * hour });
    let id = '';
    {
      await using t = await testRunyard({ store, clock });
      id = (await t.runyard.jobs.create(everyMinute)).id;
      await t.clock.advance(2 * minute);
    }
    clock.set(start);
    await using t = await testRunyard({ store, clock });
    await clock.advance(0); // one more turn for what is looked for behind the start
    expect((await t.runyard.jobs.get(id)).nextFireAt).toBe(start + minute);
    await clock.advance(minute);
    expect(t.engine.executions()).toHaveLength(1);
  });

  it('lets a retry wait no longer than its backoff, and no start deadline grow', async () => {
    await using t = await testRunyard({ script: ({ key }) => exits(key.endsWith('.1') ? 1 : 0) });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', backoff: { limit: 1, initialMs: 10_000 } });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('attempt.ended');
    t.clock.jumpBack(100 * hour);
    expect(await t.clock.advanceUntil(t.runyard.runs.wait(id))).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(t.clock.monotonic()).toBeLessThan(10 * minute);
  });

  it('does not keep an edited schedule from firing', async () => {
    await using t = await testRunyard();
    const job = await t.runyard.jobs.create({ ...everyMinute, schedule: { cron: '*/2 * * * *' } });
    await t.clock.advance(10 * minute);
    t.clock.jumpBack(7 * minute + 30_000); // 00:02:30
    await t.runyard.jobs.update(job.id, { schedule: { cron: '* * * * *' } });
    await t.clock.advance(9 * minute);
    const instants = (await rows(t.runyard, job.id)).map((row) => (row as unknown[])[0]);
    expect(instants).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(t.engine.executions()).toHaveLength(10);
  });
});

describe('a run that hangs while the clock is set', () => {
  it('is stopped when its limit has really passed', async () => {
    await using t = await testRunyard({ script: () => hangs() });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', limits: { runMs: hour } });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running');
    t.clock.jumpBack(100 * hour);
    expect(await t.clock.advanceUntil(t.runyard.runs.wait(id), 2 * hour)).toMatchObject({ reason: 'timeout' });
    expect(t.clock.monotonic()).toBe(hour);
  });
});
