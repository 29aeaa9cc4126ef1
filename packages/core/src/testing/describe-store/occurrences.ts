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
  },
};
