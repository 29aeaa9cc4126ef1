import type { Change } from '../../ports/store.ts';
import type { Rules } from './bench.ts';
import { id, insertAttempt, insertJob, insertRun, someCursor, someJob, someOccurrence, someRun } from './records.ts';

export const batchRules: Rules = {
  'a batch whose guard does not hold leaves nothing behind': async ({ store, expect, done, tried }) => {
    const cursor = someCursor();
    await done(insertJob({}, cursor), insertRun());
    const before = await everything(store);
    const result = await tried(
      { kind: 'job.expect', id: id('job') },
      { kind: 'cursor.move', jobId: id('job'), expect: 60_000, next: 120_000 },
      { kind: 'occurrence.insert', occurrence: someOccurrence() },
      insertRun({ id: id('other'), idempotencyKey: 'k' }),
      { kind: 'run.write', run: someRun({ state: 'starting', attempt: 1 }), expectEpoch: 0, expectState: 'queued' },
      { kind: 'run.request-stop', id: id('run'), stop: { cause: 'timeout', by: 'system', at: 5 } },
      insertAttempt(),
      { kind: 'job.update', job: someJob({ revision: 2, spec: { name: 'renamed' } }), expectRevision: 1, cursor: null },
      { kind: 'job.remove', id: id('job'), at: 5, whileActive: [id('run'), id('other')] },
      { kind: 'cursor.move', jobId: id('job'), expect: 1, next: 2 },
    );
    expect(result).toEqual({ ok: false, change: 9 });
    expect(await everything(store)).toEqual(before);
    // What was taken back is free again.
    await done(
      insertRun({ id: id('other'), idempotencyKey: 'k' }),
      insertJob({ id: id('j2'), spec: { name: 'renamed' } }),
    );
  },

  'the other batches of the same commit are not touched by one that fails': async ({ store, expect, done }) => {
    await done(insertJob());
    const results = await store.commit([
      [insertRun({ id: id('a') })],
      [insertRun({ id: id('b') }), insertRun({ id: id('a') }), insertRun({ id: id('c') })],
      [insertRun({ id: id('d') }), insertAttempt({ runId: id('d') })],
    ]);
    expect(results).toEqual([{ ok: true }, { ok: false, change: 1, id: id('a') }, { ok: true }]);
    expect((await store.runs({ limit: 10 })).items.map((run) => run.id)).toEqual([id('a'), id('d')]);
  },

  'batches happen in order: a later one sees what an earlier one did': async ({ store, expect }) => {
    const move = (expect: number, next: number): Change => ({ kind: 'cursor.move', jobId: id('job'), expect, next });
    const results = await store.commit([
      [insertJob({}, someCursor())],
      [move(60_000, 1), move(1, 2)],
      [move(2, 3)],
      [move(2, 4)],
    ]);
    expect(results).toEqual([{ ok: true }, { ok: true }, { ok: true }, { ok: false, change: 0 }]);
    expect(await store.cursor(id('job'))).toEqual(someCursor({ nextFireAt: 3 }));
  },

  'commits at the same time stay independent, and of those that want the same one wins': async ({
    store,
    expect,
    done,
  }) => {
    await done(insertJob());
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        store.commit([
          [insertRun({ id: id(`r${n}`), idempotencyKey: `key-${n % 10}` }), insertAttempt({ runId: id(`r${n}`) })],
        ]),
      ),
    );
    expect(results.flat().filter((result) => result.ok).length).toEqual(10);
    expect(results.slice(10).flat()).toEqual(
      Array.from({ length: 40 }, (_, n) => ({ ok: false, change: 0, id: id(`r${n % 10}`) })),
    );
    expect((await store.runs({ limit: 100 })).items.length).toEqual(10);
    expect(await store.attempts(id('r10'))).toEqual([]);
  },

  'a read sees every commit that was answered before it': async ({ store, expect, done }) => {
    await done(insertJob());
    for (let n = 0; n < 20; n += 1) {
      await done(insertRun({ id: id(`r${n}`) }));
      const reads = await Promise.all([store.run(id(`r${n}`)), store.startable(anyTime), store.active([id('job')])]);
      expect([reads[0]?.id, reads[1].length, reads[2].length]).toEqual([id(`r${n}`), n + 1, n + 1]);
    }
  },

  'records are copied both ways': async ({ store, expect }) => {
    const job = someJob();
    const run = someRun({ overrides: { env: { A: '1' } } });
    const committed = store.commit([[{ kind: 'job.insert', job, cursor: null }], [{ kind: 'run.insert', run }]]);
    job.spec.env.GREETING = 'changed';
    run.overrides = { env: { A: '2' } };
    await committed;
    const [read, readRun] = await Promise.all([store.job(job.id), store.run(run.id)]);
    expect([read, readRun]).toEqual([someJob(), someRun({ overrides: { env: { A: '1' } } })]);
    if (read) read.spec.tags.mine = 'yes';
    if (readRun?.overrides?.env) readRun.overrides.env.A = '3';
    expect(await store.job(job.id)).toEqual(someJob());
    expect(await store.run(run.id)).toEqual(someRun({ overrides: { env: { A: '1' } } }));
  },

  'an empty commit and an empty batch succeed': async ({ store, expect }) => {
    expect(await store.commit([])).toEqual([]);
    expect(await store.commit([[]])).toEqual([{ ok: true }]);
  },
};

const anyTime = { executor: 'process', now: 1e12, limit: 100 };

const everything = async (store: Parameters<Rules[string]>[0]['store']) => ({
  jobs: await store.jobs({ limit: 100 }),
  cursor: await store.cursor(id('job')),
  runs: await store.runs({ limit: 100 }),
  attempts: await store.attempts(id('run')),
  occurrences: await store.occurrences({ jobId: id('job'), from: 0, to: 1e12, limit: 100 }),
  due: await store.due(1e12, 100),
  startable: await store.startable(anyTime),
  overdue: await store.overdue(1e12, 100),
  wakeAt: await store.nextWakeAt(0),
  activity: await store.activity([id('job')]),
  active: await store.active([id('job')]),
  second: await store.jobAt(id('job'), 2),
});
