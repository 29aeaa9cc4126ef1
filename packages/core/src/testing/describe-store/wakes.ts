import type { Rules } from './bench.ts';
import { id, insertJob, insertRun, someCursor, someRun } from './records.ts';

export const wakeRules: Rules = {
  'overdue: queued runs that had to be running by now, soonest first, then oldest, no more than asked for': async ({
    store,
    expect,
    done,
  }) => {
    await done(
      insertRun({ id: id('late'), startBy: 400 }),
      insertRun({ id: id('b'), startBy: 300 }),
      insertRun({ id: id('a'), startBy: 100, executor: 'other', notBefore: 9_000 }),
      insertRun({ id: id('c'), startBy: 300, priority: 9 }),
      insertRun({ id: id('whenever') }),
      insertRun({ id: id('started'), startBy: 100, state: 'starting' }),
      insertRun({ id: id('over'), startBy: 100, state: 'skipped' }),
    );
    expect((await store.overdue(300, 10)).map((run) => run.id)).toEqual(['a', 'b', 'c'].map(id));
    expect(await store.overdue(300, 1)).toEqual([
      someRun({ id: id('a'), startBy: 100, executor: 'other', notBefore: 9_000 }),
    ]);
    expect(await store.overdue(99, 10)).toEqual([]);
  },

  'overdue: not once it has run': async ({ store, expect, done }) => {
    const run = someRun({ startBy: 100 });
    await done({ kind: 'run.insert', run });
    await done({ kind: 'run.write', run: { ...run, startBy: null }, expectEpoch: 0, expectState: 'queued' });
    expect([await store.overdue(100, 10), await store.nextWakeAt(5_000)]).toEqual([[], null]);
  },

  'nextWakeAt: null when nothing is due without news': async ({ store, expect, done }) => {
    expect(await store.nextWakeAt(0)).toEqual(null);
    await done(
      insertJob({}, someCursor({ nextFireAt: null })),
      insertRun({ id: id('now'), notBefore: 500, startBy: 400 }),
      insertRun({ id: id('started'), notBefore: 900, startBy: 900, state: 'starting' }),
      insertRun({ id: id('over'), notBefore: 900, startBy: 900, state: 'failed' }),
    );
    expect(await store.nextWakeAt(500)).toEqual(null);
  },

  'nextWakeAt: when a schedule fires next, and now for one that is due': async ({ store, expect, done }) => {
    const later = { id: id('j2'), spec: { name: 'weekly' } };
    await done(
      insertJob(later, someCursor({ jobId: id('j2'), nextFireAt: 300 })),
      insertJob({}, someCursor({ nextFireAt: 100 })),
    );
    expect(await store.nextWakeAt(50)).toEqual(100);
    expect([await store.nextWakeAt(100), await store.nextWakeAt(200)]).toEqual([100, 200]);
    await done({ kind: 'cursor.move', jobId: id('job'), expect: 100, next: null });
    expect(await store.nextWakeAt(200)).toEqual(300);
  },

  'nextWakeAt: when the delay of a queued run is over': async ({ store, expect, done }) => {
    await done(...[300, 100, 200].map((notBefore) => insertRun({ id: id(`r${notBefore}`), notBefore })));
    expect(await store.nextWakeAt(50)).toEqual(100);
    expect(await store.nextWakeAt(100)).toEqual(200);
    expect(await store.nextWakeAt(300)).toEqual(null);
  },

  'nextWakeAt: when a queued run had to be running by': async ({ store, expect, done }) => {
    await done(...[300, 100, 200].map((startBy) => insertRun({ id: id(`r${startBy}`), startBy, notBefore: 0 })));
    expect(await store.nextWakeAt(50)).toEqual(100);
    expect(await store.nextWakeAt(100)).toEqual(200);
    expect(await store.nextWakeAt(300)).toEqual(null);
  },

  'nextWakeAt: the earliest of them all': async ({ store, expect, done }) => {
    await done(insertJob({}, someCursor({ nextFireAt: 300 })), insertRun({ notBefore: 200, startBy: 250 }));
    expect([await store.nextWakeAt(100), await store.nextWakeAt(200), await store.nextWakeAt(250)]).toEqual([
      200, 250, 300,
    ]);
  },
};
