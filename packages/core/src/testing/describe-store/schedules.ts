import type { Change } from '../../ports/store.ts';
import type { Rules } from './bench.ts';
import { id, insertJob, someCursor, someJob } from './records.ts';

export const scheduleRules: Rules = {
  'due: those up to now, earliest first, with their jobs, no more than asked for': async ({ store, expect, done }) => {
    await done(...[300, 100, 200, 400, 500].map((at) => scheduled(at)));
    await done(
      insertJob({ id: id('quiet'), spec: { name: 'quiet' } }, someCursor({ jobId: id('quiet'), nextFireAt: null })),
    );
    const due = await store.due(400, 10);
    expect(due.map(({ cursor, job }) => [cursor.nextFireAt, cursor.jobId, job.id])).toEqual(
      [100, 200, 300, 400].map((at) => [at, jobOf(at), jobOf(at)]),
    );
    expect(due[0]?.job).toEqual(someJob({ id: jobOf(100), spec: { name: 'at-100' } }));
    expect((await store.due(400, 2)).map(({ cursor }) => cursor.nextFireAt)).toEqual([100, 200]);
    expect(await store.due(99, 10)).toEqual([]);
  },

  'due: goes on behind a place in that order, whatever became of what was before it': async ({
    store,
    expect,
    done,
  }) => {
    await done(...[100, 200, 300].map((at) => scheduled(at)));
    await done(insertJob({ id: id('z'), spec: { name: 'z' } }, someCursor({ jobId: id('z'), nextFireAt: 200 })));
    const behind = async (nextFireAt: number, jobId: string) =>
      (await store.due(1_000, 10, { nextFireAt, jobId })).map(({ cursor }) => cursor.jobId);
    expect(await behind(100, jobOf(100))).toEqual([jobOf(200), id('z'), jobOf(300)]);
    await done({ kind: 'cursor.move', jobId: jobOf(200), expect: 200, next: 900 });
    expect(await behind(200, jobOf(200))).toEqual([id('z'), jobOf(300), jobOf(200)]);
    expect(await behind(900, jobOf(200))).toEqual([]);
  },

  'due: the job is the present one, not the one that was scheduled': async ({ store, expect, done }) => {
    await done(scheduled(100));
    const edited = someJob({ id: jobOf(100), revision: 2, spec: { name: 'at-100', description: 'edited' } });
    await done({ kind: 'job.update', job: edited, expectRevision: 1 });
    expect((await store.due(100, 10)).map(({ job }) => job)).toEqual([edited]);
  },

  'ahead: schedules that are due later, or never again, by job id, behind the one given': async ({
    store,
    expect,
    done,
  }) => {
    await done(...[100, 200, 300, 400].map((at) => scheduled(at)));
    await done({ kind: 'cursor.move', jobId: jobOf(100), expect: 100, next: null });
    const ahead = async (now: number, after: string | null = null, limit = 10) =>
      (await store.ahead(now, after, limit)).map(({ cursor }) => cursor.nextFireAt);
    expect(await ahead(200)).toEqual([400, 300, null]);
    expect(await ahead(200, null, 2)).toEqual([400, 300]);
    expect(await ahead(200, jobOf(300))).toEqual([null]);
    expect((await store.ahead(300, null, 1))[0]?.job).toEqual(someJob({ id: jobOf(400), spec: { name: 'at-400' } }));
  },

  'cursor.move: with a revision, refused where its job was changed': async ({ store, expect, done, tried }) => {
    const move: Change = { kind: 'cursor.move', jobId: jobOf(100), expect: 100, next: 200, revision: 1 };
    await done(scheduled(100));
    const edited = someJob({ id: jobOf(100), revision: 2, spec: { name: 'at-100' } });
    await done({ kind: 'job.update', job: edited, expectRevision: 1 });
    expect(await tried(move)).toEqual({ ok: false, change: 0 });
    await done({ ...move, revision: 2 });
    expect((await store.cursor(jobOf(100)))?.nextFireAt).toEqual(200);
  },

  'cursor.move: moves from where it is expected, keeps the anchor, and is refused from anywhere else': async (
    bench,
  ) => {
    const { store, expect, done, tried } = bench;
    const move = (expect: number, next: number | null): Change => ({
      kind: 'cursor.move',
      jobId: jobOf(100),
      expect,
      next,
    });
    await done(scheduled(100));
    await done(move(100, 200));
    expect(await tried(move(100, 300))).toEqual({ ok: false, change: 0 });
    expect(await store.cursor(jobOf(100))).toEqual(someCursor({ jobId: jobOf(100), nextFireAt: 200 }));
    await done(move(200, null));
    expect(await tried(move(200, 300))).toEqual({ ok: false, change: 0 });
    await done({ kind: 'cursor.move', jobId: jobOf(100), expect: null, next: 300 });
    expect(await tried({ kind: 'cursor.move', jobId: id('none'), expect: 1, next: 2 })).toEqual({
      ok: false,
      change: 0,
    });
  },
};

const scheduled = (at: number): Change =>
  insertJob({ id: jobOf(at), spec: { name: `at-${at}` } }, someCursor({ jobId: jobOf(at), nextFireAt: at }));

// The later it is due, the earlier its id: so the order is that of time.
const jobOf = (at: number): string => id(`j${1_000 - at}`);
