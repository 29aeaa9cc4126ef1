import type { Occurrence } from '../../domain/run/run.ts';
import type { Change, Store } from '../../ports/store.ts';
import type { Rules } from './bench.ts';
import { id, someOccurrence } from './records.ts';

export const occurrenceRules: Rules = {
  'occurrence.insert: one row begins at an instant; another job has its own': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    const row = someOccurrence({ runId: id('run') });
    await done({ kind: 'occurrence.insert', occurrence: row });
    const second = someOccurrence({ to: 90_000, count: 2, reason: 'paused' });
    expect(await tried({ kind: 'occurrence.insert', occurrence: second })).toEqual({ ok: false, change: 0 });
    await done({ kind: 'occurrence.insert', occurrence: someOccurrence({ jobId: id('j2') }) });
    expect(await store.occurrences({ jobId: id('job'), from: 0, to: 1e12, limit: 10 })).toEqual([row]);
  },

  'occurrence.cover: neighbours that were not run for the same reason are one row': async ({ store, expect, done }) => {
    const paused = (from: number, to = from, count = 1, recordedAt = from) =>
      cover(someOccurrence({ from, to, count, reason: 'paused', recordedAt }));
    await done(paused(100), paused(200, 300, 2));
    await done(paused(400));
    expect(await all(store)).toEqual([
      someOccurrence({ from: 100, to: 400, count: 4, reason: 'paused', recordedAt: 400 }),
    ]);
    await done(cover(someOccurrence({ from: 500, reason: 'missed-window' })), paused(600));
    expect((await all(store)).map(({ from, to, reason }) => [from, to, reason])).toEqual([
      [100, 400, 'paused'],
      [500, 500, 'missed-window'],
      [600, 600, 'paused'],
    ]);
  },

  'occurrence.cover: what ran stands between its neighbours': async ({ store, expect, done }) => {
    await done(cover(someOccurrence({ from: 100, reason: 'paused' })));
    const skipped = someOccurrence({ from: 200, reason: 'forbidden-overlap', runId: id('run') });
    await done({ kind: 'occurrence.insert', occurrence: skipped });
    await done(cover(someOccurrence({ from: 300, reason: 'forbidden-overlap' })));
    expect((await all(store)).map(({ from, to }) => [from, to])).toEqual([
      [100, 100],
      [200, 200],
      [300, 300],
    ]);
  },

  'occurrence.cover: refused where a row begins in its range, or reaches into it': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    const month = someOccurrence({ from: 100, to: 400, count: 4, reason: 'paused' });
    const ran = someOccurrence({ from: 500, runId: id('run') });
    await done(cover(month), { kind: 'occurrence.insert', occurrence: ran });
    for (const from of [100, 300, 400, 500])
      expect(await tried(cover(someOccurrence({ from, reason: 'paused' })))).toEqual({ ok: false, change: 0 });
    const across = someOccurrence({ from: 450, to: 600, count: 3, reason: 'missed-window' });
    expect(await tried(cover(across))).toEqual({ ok: false, change: 0 });
    expect(await tried(cover({ ...across, reason: 'paused' }))).toEqual({ ok: false, change: 0 });
    expect(await all(store)).toEqual([month, ran]);
  },

  'occurrence.withdraw: takes a row back, or leaves a part of it; never one that has a run': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    const month = someOccurrence({ from: 100, to: 400, count: 4, reason: 'paused' });
    const ran = someOccurrence({ from: 500, runId: id('run') });
    await done(cover(month), { kind: 'occurrence.insert', occurrence: ran });
    const withdraw = (from: number, keep: { to: number; count: number } | null) =>
      ({ kind: 'occurrence.withdraw', jobId: id('job'), from, keep }) as const;
    expect((await tried(withdraw(500, null))).ok).toEqual(false);
    expect((await tried(withdraw(500, { to: 500, count: 1 }))).ok).toEqual(false);
    expect((await tried(withdraw(200, null))).ok).toEqual(false);
    await done(withdraw(100, { to: 200, count: 2 }));
    expect(await all(store)).toEqual([{ ...month, to: 200, count: 2 }, ran]);
    await done(withdraw(100, null));
    expect(await all(store)).toEqual([ran]);
  },

  'occurrences: the rows that touch the range, earliest first, no more than asked for': async ({
    store,
    expect,
    done,
  }) => {
    const month = someOccurrence({ from: 100, to: 400, count: 4, reason: 'missed-window' });
    const rows = [someOccurrence({ from: 50 }), month, ...[500, 600, 700].map((from) => someOccurrence({ from }))];
    await done(...[...rows].reverse().map((occurrence) => ({ kind: 'occurrence.insert', occurrence }) as const));
    const from = async (from: number, to: number, limit = 10) =>
      (await store.occurrences({ jobId: id('job'), from, to, limit })).map((row) => row.from);
    expect(await store.occurrences({ jobId: id('job'), from: 0, to: 1e12, limit: 10 })).toEqual(rows);
    expect(await from(250, 300)).toEqual([100]);
    expect(await from(400, 600)).toEqual([100, 500, 600]);
    expect(await from(401, 499)).toEqual([]);
    expect(await from(0, 100)).toEqual([50, 100]);
    expect(await from(0, 49)).toEqual([]);
    expect(await from(0, 1_000, 2)).toEqual([50, 100]);
    const latest = async (from: number, to: number, limit = 10) =>
      (await store.occurrences({ jobId: id('job'), from, to, limit, descending: true })).map((row) => row.from);
    expect(await latest(250, 600)).toEqual([600, 500, 100]);
    expect(await latest(0, 1_000, 2)).toEqual([700, 600]);
  },
};

const cover = (occurrence: Occurrence): Change => ({ kind: 'occurrence.cover', occurrence });

const all = (store: Store): Promise<Occurrence[]> =>
  store.occurrences({ jobId: id('job'), from: 0, to: 1e12, limit: 100 });
