import type { Change } from '../../ports/store.ts';
import type { Rules } from './bench.ts';
import {
  id,
  insertAttempt,
  insertJob,
  insertRun,
  someAttempt,
  someCursor,
  someOccurrence,
  someRun,
  someSpec,
} from './records.ts';

const prune = (name: string): Change => ({ kind: 'run.prune', id: id(name) });
const forget: Change = { kind: 'job.forget', id: id('job') };
const remove: Change = { kind: 'job.remove', id: id('job'), at: 7, whileActive: [] };
const row = (from: number, to = from): Change => ({
  kind: 'occurrence.insert',
  occurrence: someOccurrence({ from, to, runId: id('run') }),
});
const everything = { jobId: id('job'), keep: 1, after: null, limit: 10 };

export const retentionRules: Rules = {
  'retained: jobs by id behind the one given, also removed ones, with the retention of their last revision': async ({
    store,
    expect,
    done,
  }) => {
    const retention = (maxRuns: number) => ({ maxAgeMs: 5, maxRuns });
    const insert = (name: string) => insertJob({ id: id(name), spec: someSpec({ name, retention: retention(2) }) });
    for (const name of ['c', 'a', 'b']) await done(insert(name));
    const edited = { id: id('a'), revision: 2, spec: someSpec({ name: 'a', retention: retention(3) }) };
    await done({ kind: 'job.update', job: { ...jobOf(insert('a')), ...edited }, expectRevision: 1 });
    await done({ kind: 'job.remove', id: id('b'), at: 9, whileActive: [] });
    expect(await store.retained(null, 2)).toEqual([
      { id: id('a'), retention: retention(3), removedAt: null },
      { id: id('b'), retention: retention(2), removedAt: 9 },
    ]);
    expect((await store.retained(id('b'), 2)).map((job) => job.id)).toEqual([id('c')]);
  },

  'retained: a job whose texts hold NUL or half a surrogate pair is like any other': async ({
    store,
    expect,
    done,
  }) => {
    const texts = ['a\0b', 'half an emoji \ud83d', '\udca9'];
    for (const [n, description] of texts.entries())
      await done(insertJob({ id: id(`${n}`), spec: { name: `${n}`, description } }));
    expect((await store.retained(null, 10)).map((job) => job.id)).toEqual(texts.map((_, n) => id(`${n}`)));
  },

  'remains: ended runs of the job, oldest first, with their attempts; none that is active or of another job': async ({
    store,
    expect,
    done,
  }) => {
    await done(
      insertJob(),
      insertRun({ id: id('a'), state: 'failed', createdAt: 3, endedAt: 4, idempotencyKey: 'k' }),
      insertAttempt({ runId: id('a'), state: 'disposed' }),
      insertAttempt({ runId: id('a'), attempt: 2, state: 'sealed' }),
      insertRun({ id: id('b'), state: 'running' }),
      insertRun({ id: id('c'), state: 'skipped', createdAt: 5, endedAt: 5 }),
      insertRun({ id: id('d'), state: 'succeeded', jobId: id('other') }),
      insertRun({ id: id('e'), state: 'cancelled', createdAt: 6, endedAt: 8 }),
    );
    const { runs } = await store.remains(everything);
    expect(runs.map(({ seq: _, ...run }) => run)).toEqual([
      {
        id: id('a'),
        createdAt: 3,
        endedAt: 4,
        idempotencyKey: 'k',
        attempts: [
          { attempt: 1, state: 'disposed' },
          { attempt: 2, state: 'sealed' },
        ],
      },
      { id: id('c'), createdAt: 5, endedAt: 5, idempotencyKey: null, attempts: [] },
      { id: id('e'), createdAt: 6, endedAt: 8, idempotencyKey: null, attempts: [] },
    ]);
    const ids = async (given: object) => (await store.remains({ ...everything, ...given })).runs.map((run) => run.id);
    expect(await ids({ limit: 2 })).toEqual([id('a'), id('c')]);
    expect(await ids({ after: runs[0]?.seq ?? null })).toEqual([id('c'), id('e')]);
    const keptFrom = async (keep: number) => (await store.remains({ ...everything, keep })).keptFrom;
    expect([await keptFrom(1), await keptFrom(2), await keptFrom(3), await keptFrom(4)]).toEqual([
      ...[2, 1, 0].map((n) => runs[n]?.seq),
      null,
    ]);
  },

  'remains: the oldest ledger rows, and where the schedule stands': async ({ store, expect, done }) => {
    await done(insertJob({}, someCursor({ nextFireAt: 500 })), row(300), row(100, 200));
    const { rows, nextFireAt } = await store.remains(everything);
    expect(rows).toEqual([
      { from: 100, to: 200 },
      { from: 300, to: 300 },
    ]);
    expect(nextFireAt).toEqual(500);
    expect((await store.remains({ ...everything, limit: 1 })).rows).toEqual([{ from: 100, to: 200 }]);
    const nothing = { keptFrom: null, runs: [], rows: [], nextFireAt: null };
    expect(await store.remains({ ...everything, jobId: id('none') })).toEqual(nothing);
  },

  'run.prune: takes away a run that has ended, with its attempts; its key is free': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertJob(), insertRun({ id: id('a'), state: 'failed', idempotencyKey: 'k' }));
    await done(insertAttempt({ runId: id('a'), state: 'disposed' }), insertRun({ id: id('b'), state: 'failed' }));
    await done(prune('a'));
    expect(await store.run(id('a'))).toEqual(null);
    expect(await store.attempts(id('a'))).toEqual([]);
    expect((await store.runs({ jobId: id('job'), limit: 10 })).items.map((run) => run.id)).toEqual([id('b')]);
    await done(insertRun({ id: id('c'), state: 'succeeded', idempotencyKey: 'k' }));
    expect(await tried(prune('a'))).toEqual({ ok: false, change: 0 });
    expect((await store.activity([id('job')])).get(id('job'))?.lastEnded).toEqual('succeeded');
  },

  'run.prune: never one that is active, or one of whose attempts is not disposed of': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertJob(), insertRun({ id: id('a') }), insertRun({ id: id('b'), state: 'failed' }));
    await done(insertAttempt({ runId: id('b'), state: 'disposed' }));
    await done(insertAttempt({ runId: id('b'), attempt: 2, state: 'sealed' }));
    for (const name of ['a', 'b', 'none']) expect(await tried(prune(name))).toEqual({ ok: false, change: 0 });
    const attempt = someAttempt({ runId: id('b'), attempt: 2, state: 'disposed' });
    await done({ kind: 'attempt.write', attempt, expectState: 'sealed' });
    await done(prune('b'));
    expect((await store.runs({ limit: 10 })).items.map((run) => run.id)).toEqual([id('a')]);
  },

  'run.prune: also what ends, or is disposed of, in the same commit; its key is free at once': async ({
    store,
    expect,
    done,
  }) => {
    await done(insertJob(), insertRun({ idempotencyKey: 'k' }), insertAttempt({ state: 'sealed' }));
    const end: Change = {
      kind: 'run.write',
      run: someRun({ state: 'cancelled', endedAt: 4, idempotencyKey: 'k' }),
      expectEpoch: 0,
      expectState: 'queued',
    };
    const dispose = (expectState: 'sealed' | 'started'): Change => ({
      kind: 'attempt.write',
      attempt: someAttempt({ state: 'disposed' }),
      expectState,
    });
    const again = insertRun({ id: id('again'), idempotencyKey: 'k' });
    const results = await store.commit([
      [end],
      [prune('run')],
      [dispose('started'), prune('run')],
      [dispose('sealed'), prune('run'), again],
      [prune('run')],
    ]);
    expect(results.map(({ ok }) => ok)).toEqual([true, false, false, true, false]);
    expect([await store.run(id('run')), await store.attempts(id('run'))]).toEqual([null, []]);
    expect((await store.runs({ idempotencyKey: 'k', limit: 2 })).items.map((run) => run.id)).toEqual([id('again')]);
  },

  'run.prune: what is expected of it in the same commit has to hold': async ({ store, expect, done, tried }) => {
    await done(insertRun({ state: 'failed', endedAt: 4 }), insertAttempt({ state: 'disposed' }));
    const attempt = someAttempt({ state: 'disposed' });
    const wrong: Change = { kind: 'attempt.write', attempt, expectState: 'sealed' };
    expect(await tried(wrong, prune('run'))).toEqual({ ok: false, change: 0 });
    expect(await tried(insertAttempt(), prune('run'))).toEqual({ ok: false, change: 0 });
    expect(await tried(insertAttempt({ attempt: 2 }), prune('run'))).toEqual({ ok: false, change: 1 });
    await done(insertAttempt({ attempt: 2, state: 'disposed' }), prune('run'));
    expect([await store.run(id('run')), await store.attempts(id('run'))]).toEqual([null, []]);
  },

  'run.prune: a batch that is refused afterwards has taken nothing away': async ({ store, expect, done, tried }) => {
    const failed = (name: string) => insertRun({ id: id(name), state: 'failed' });
    await done(insertJob(), failed('a'), insertAttempt({ runId: id('a'), state: 'disposed' }), failed('b'));
    expect(await tried(prune('a'), prune('none'))).toEqual({ ok: false, change: 1 });
    expect((await store.runs({ jobId: id('job'), limit: 10 })).items.map((run) => run.id)).toEqual([id('a'), id('b')]);
    expect((await store.attempts(id('a'))).length).toEqual(1);
  },

  'occurrence.prune: rows that end before the instant, but for the newest': async ({ store, expect, done }) => {
    const other = someOccurrence({ jobId: id('other'), from: 1 });
    await done(row(100, 200), row(300), row(400, 600), { kind: 'occurrence.insert', occurrence: other });
    const left = async (jobId = id('job')) =>
      (await store.occurrences({ jobId, from: 0, to: 1e12, limit: 10 })).map(({ from }) => from);
    await done({ kind: 'occurrence.prune', jobId: id('job'), before: 300 });
    expect(await left()).toEqual([300, 400]);
    await done({ kind: 'occurrence.prune', jobId: id('job'), before: 1_000 });
    expect(await left()).toEqual([400]);
    expect(await left(id('other'))).toEqual([1]);
  },

  'job.forget: all of a removed job that has no run any more, and of no other': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertJob(), row(100), insertRun({ state: 'failed' }));
    expect(await tried(forget)).toEqual({ ok: false, change: 0 });
    await done(remove);
    expect(await tried(forget)).toEqual({ ok: false, change: 0 });
    await done(prune('run'), forget);
    expect(await store.jobAt(id('job'), 1)).toEqual(null);
    expect(await store.retained(null, 10)).toEqual([]);
    expect(await store.remains(everything)).toEqual({ keptFrom: null, runs: [], rows: [], nextFireAt: null });
    expect(await tried(forget)).toEqual({ ok: false, change: 0 });
  },
};

const jobOf = (change: Change) => {
  if (change.kind !== 'job.insert') throw new Error('not a new job');
  return change.job;
};
