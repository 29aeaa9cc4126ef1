import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import type { Runyard } from '../src/services/runyard.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { hangs } from '../src/testing/scripted-executor/behaviour.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

const minute = 60_000;
const start = Date.UTC(2024, 0, 1);
const at = (minutes: number): number => start + minutes * minute;
const rows = async (runyard: Runyard, id: string): Promise<unknown[]> =>
  (await runyard.jobs.occurrences(id)).map(({ from, to, count, reason }) => [
    (from - start) / minute,
    (to - start) / minute,
    count,
    reason,
  ]);
const everyMinute = { name: 'a', command: 'x', schedule: { cron: '* * * * *' } };

describe('the ledger', () => {
  it('has one row for all that passed under a pause, and nothing of it runs', async () => {
    await using t = await testRunyard();
    const job = await t.runyard.jobs.create(everyMinute);
    await t.clock.advance(minute);
    await t.runyard.jobs.pause(job.id, { note: 'moving the database' });
    await t.clock.advance(5 * minute);
    await t.runyard.jobs.resume(job.id, { note: 'done' });
    await t.clock.advance(2 * minute);
    expect(await rows(t.runyard, job.id)).toEqual([
      [1, 1, 1, null],
      [2, 6, 5, 'paused'],
      [7, 7, 1, null],
      [8, 8, 1, null],
    ]);
    expect(t.engine.executions()).toHaveLength(3);
    const told = t.events.all('job.changed').map(({ change, note }) => [change, note]);
    expect(told).toEqual([
      ['created', undefined],
      ['paused', 'moving the database'],
      ['resumed', 'done'],
    ]);
  });

  it('has one row for a downtime, however often it is looked at', async () => {
    const store = memoryStore();
    const clock = new ManualClock();
    let id = '';
    {
      await using t = await testRunyard({ store, clock });
      id = (await t.runyard.jobs.create({ ...everyMinute, schedule: { cron: '* * * * *', missed: { rule: 'skip' } } }))
        .id;
    }
    await clock.advance(30 * minute + 1);
    await using t = await testRunyard({ store, clock });
    await t.clock.advance(10);
    expect(await rows(t.runyard, id)).toEqual([
      [1, 29, 29, 'missed-skipped'],
      [30, 30, 1, null],
    ]);
  });

  it('covers what was due before an edit: it neither fires nor vanishes', async () => {
    const store = memoryStore();
    const clock = new ManualClock();
    await using t = await testRunyard({ store, clock, autoStart: false });
    const job = await t.runyard.jobs.create(everyMinute);
    await clock.advance(10 * minute + 1);
    await t.runyard.jobs.update(job.id, { schedule: { cron: '*/7 * * * *' } });
    expect(await rows(t.runyard, job.id)).toEqual([[1, 10, 10, 'schedule-edited']]);
    await t.runyard.start();
    await clock.advance(4 * minute);
    expect(await rows(t.runyard, job.id)).toEqual([
      [1, 10, 10, 'schedule-edited'],
      [14, 14, 1, null],
    ]);
  });

  it('covers what passed under a pause when it is resumed before anybody looked', async () => {
    const clock = new ManualClock();
    await using t = await testRunyard({ clock, autoStart: false });
    const job = await t.runyard.jobs.create(everyMinute);
    await t.runyard.jobs.pause(job.id);
    await clock.advance(3 * minute);
    await t.runyard.jobs.resume(job.id);
    await t.runyard.start();
    await clock.advance(minute);
    expect(await rows(t.runyard, job.id)).toEqual([
      [1, 3, 3, 'paused'],
      [4, 4, 1, null],
    ]);
  });

  it('keeps what was due when the schedule is taken away', async () => {
    const clock = new ManualClock();
    await using t = await testRunyard({ clock, autoStart: false });
    const job = await t.runyard.jobs.create(everyMinute);
    await clock.advance(2 * minute);
    await t.runyard.jobs.update(job.id, { schedule: null });
    expect(await rows(t.runyard, job.id)).toEqual([[1, 2, 2, 'schedule-edited']]);
  });

  it('says of each instant under Forbid which run was in the way', async () => {
    await using t = await testRunyard({ script: () => hangs() });
    const job = await t.runyard.jobs.create({ ...everyMinute, concurrencyPolicy: 'Forbid' });
    await t.clock.advance(3 * minute);
    expect(await rows(t.runyard, job.id)).toEqual([
      [1, 1, 1, null],
      [2, 2, 1, 'forbidden-overlap'],
      [3, 3, 1, 'forbidden-overlap'],
    ]);
    const runs = (await t.runyard.runs.list({ jobId: job.id, descending: false })).items;
    expect(runs.map(({ state, reason }) => [state, reason])).toEqual([
      ['running', null],
      ['skipped', 'forbidden-overlap'],
      ['skipped', 'forbidden-overlap'],
    ]);
    expect(runs[1]?.sentence).toContain(runs[0]?.id);
  });

  it('begins and ends with the bounds of its schedule', async () => {
    await using t = await testRunyard();
    const schedule = { cron: '* * * * *', startsAt: at(3), endsAt: at(5) };
    const job = await t.runyard.jobs.create({ ...everyMinute, schedule });
    expect(await t.runyard.jobs.preview(job.id)).toEqual([at(3), at(4), at(5)]);
    await t.clock.advance(10 * minute);
    expect((await rows(t.runyard, job.id)).map((row) => (row as unknown[])[0])).toEqual([3, 4, 5]);
  });

  it('is told beforehand of a job, a schedule, or a job that is only described; as strictly as when it is saved', async () => {
    await using t = await testRunyard();
    const schedule = { cron: '*/2 * * * *', startsAt: at(3), endsAt: at(9) };
    const expected = [at(4), at(6), at(8)];
    const { id } = await t.runyard.jobs.create({ ...everyMinute, schedule });
    expect(await t.runyard.jobs.preview(id)).toEqual(expected);
    expect(await t.runyard.jobs.preview(schedule)).toEqual(expected);
    expect(await t.runyard.jobs.preview({ ...everyMinute, schedule }, 2)).toEqual(expected.slice(0, 2));
    expect(await t.runyard.jobs.preview({ schedule: null })).toEqual([]);
    await expect(t.runyard.jobs.preview({ cron: '0 0 30 2 *' })).rejects.toMatchObject({ code: 'invalid-cron' });
    await expect(t.runyard.jobs.preview({ cron: '@daily', timezone: 'Mars/Olympus' })).rejects.toMatchObject({
      code: 'unknown-zone',
    });
  });

  it('moves every instant by the job’s own jitter, the same each time', async () => {
    await using t = await testRunyard();
    const job = await t.runyard.jobs.create({ ...everyMinute, schedule: { cron: '* * * * *', jitterMs: 30_000 } });
    const preview = await t.runyard.jobs.preview(job.id, 3);
    await t.clock.advance(4 * minute);
    const recorded = (await t.runyard.jobs.occurrences(job.id)).map(({ from }) => from);
    expect(recorded.slice(0, 3)).toEqual(preview);
    const shifts = new Set(preview.map((instant) => instant % minute));
    expect(shifts.size).toBe(1);
    expect([...shifts][0]).toBeLessThan(30_000);
  });

  it('has nothing of an instant that a pause came before, even while the engine was about to fire it', async () => {
    const store = memoryStore();
    const due = store.due;
    let pause: (() => Promise<unknown>) | null = null;
    // Between the engine's reading and its writing, somebody pauses the job and is told that it is paused.
    store.due = async (now, limit) => {
      const found = await due(now, limit);
      if (found.length > 0)
        await pause?.().finally(() => {
          pause = null;
        });
      return found;
    };
    await using t = await testRunyard({ store });
    const job = await t.runyard.jobs.create(everyMinute);
    pause = () => t.runyard.jobs.pause(job.id);
    await t.clock.advance(minute);
    expect(t.engine.executions()).toEqual([]);
    expect(await rows(t.runyard, job.id)).toEqual([[1, 1, 1, 'paused']]);
  });
});
