import type { Change, Run, Store, StoreNews } from '@runyard/core';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askPostgres } from '../../../test/postgres/ask-postgres.ts';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { postgresStore } from '../src/index.ts';
import { attempt, id, insertJob, insertRun, run } from './records.ts';
import { someHost } from './some-host.ts';

const postgres = usePostgres();

describe('two stores on one database', () => {
  let schema: string;
  let a: Store;
  let b: Store;

  beforeEach(async () => {
    schema = postgres.schema();
    [a, b] = [open(schema), open(schema)];
    await Promise.all([a.open(), b.open()]);
  });
  afterEach(async () => {
    await Promise.all([a.close(), b.close()]);
    await postgres.drop(schema);
  });

  // Both want the same, again and again: of each pair one gets it.
  const race = async (rounds: number, wants: (round: number, store: 'a' | 'b') => Change[]): Promise<boolean[][]> => {
    const won: boolean[][] = [];
    for (let round = 0; round < rounds; round++) {
      const [x, y] = await Promise.all([a.commit([wants(round, 'a')]), b.commit([wants(round, 'b')])]);
      won.push([x[0]?.ok === true, y[0]?.ok === true]);
    }
    return won;
  };

  it('of two inserts that found nothing active one is made', async () => {
    await a.commit([Array.from({ length: 20 }, (_, n) => insertJob(`j${n}`))]);
    const won = await race(20, (n, by) => [
      { kind: 'job.expect', id: id(`j${n}`) },
      { ...insertRun({ id: id(`${by}${n}`), jobId: id(`j${n}`) }), whileActive: [] } as Change,
    ]);
    expect(won.map(([x, y]) => Number(x) + Number(y))).toEqual(Array(20).fill(1));
  });

  it('of two inserts that found nothing active one is made, also where the database begins with `repeatable read`', async () => {
    await a.commit([[insertJob('forbid')]]);
    const options = '-c default_transaction_isolation=repeatable\\ read';
    const pool = new pg.Pool({ connectionString: postgres.url(), options });
    const theirs = { pool, listen: false };
    const own = { connectionString: postgres.url(), connection: { options } };
    const stores = [own, theirs, { ...theirs, prepare: false }].map((each) =>
      postgresStore({ ...each, schema })(someHost()),
    );
    await Promise.all(stores.map((store) => store.open()));
    const insert = (n: number): Change =>
      ({ ...insertRun({ id: id(`x${n}`), jobId: id('forbid') }), whileActive: [] }) as Change;
    const other = new pg.Client({ connectionString: postgres.url() });
    await other.connect();
    await other.query(`BEGIN; SELECT 1 FROM "${schema}".jobs FOR NO KEY UPDATE`);
    const all = Promise.all(stores.map((store, n) => store.commit([[insert(n)]])));
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"${schema}".jobs%'`;
    while ((await askPostgres(postgres.url(), waiting)).length < stores.length);
    await other.query('COMMIT');
    await other.end();
    const results = await all.finally(() => Promise.all(stores.map((store) => store.close())));
    await pool.end();
    expect(results.flat().filter(({ ok }) => ok)).toHaveLength(1);
    expect(await a.active([id('forbid')])).toHaveLength(1);
  });

  it('of two claims of one run one is made, also among many at once', async () => {
    await a.commit([[insertJob('job')]]);
    const ids = Array.from({ length: 200 }, (_, n) => id(`r${n}`));
    await a.commit(ids.map((each) => [insertRun({ id: each })]));
    const claim = (instance: string, each: string): Change[] => {
      const claimed = run({ id: each, state: 'starting', attempt: 1, leaseInstance: instance, leaseEpoch: 1 });
      return [
        { kind: 'run.write', run: claimed, expectEpoch: 0, expectState: 'queued' },
        { kind: 'attempt.insert', attempt: attempt({ runId: each }) },
      ];
    };
    const [x, y] = await Promise.all([
      a.commit(ids.map((each) => claim('a', each))),
      b.commit([...ids].reverse().map((each) => claim('b', each))),
    ]);
    const bySecond = [...y].reverse();
    expect(ids.filter((_, n) => x[n]?.ok && bySecond[n]?.ok)).toEqual([]);
    const mine = ids.filter((_, n) => x[n]?.ok).length;
    expect(mine + bySecond.filter(({ ok }) => ok).length).toBeLessThanOrEqual(ids.length);
    // What neither got, since the other was just looking at it, is still there.
    const left = await a.startable({ executor: 'process', now: 1e12, limit: 1000 });
    expect(mine + bySecond.filter(({ ok }) => ok).length + left.length).toEqual(ids.length);
    expect((await a.leasedTo('a')).length).toEqual(mine);
  });

  it('a claim does not wait for somebody who has the run just now', async () => {
    await a.commit([[insertJob('job')], [insertRun({ id: id('free') })], [insertRun({ id: id('taken') })]]);
    const other = new pg.Client({ connectionString: postgres.url() });
    await other.connect();
    await other.query('BEGIN');
    await other.query(`UPDATE "${schema}".runs SET sentence = 'x' WHERE id = '${id('taken')}'`);
    const claim = (name: string): Change[] => {
      const claimed = run({ id: id(name), state: 'starting', attempt: 1, leaseInstance: 'a', leaseEpoch: 1 });
      return [{ kind: 'run.write', run: claimed, expectEpoch: 0, expectState: 'queued' }];
    };
    expect(await a.commit([claim('taken'), claim('free')])).toEqual([{ ok: false, change: 0 }, { ok: true }]);
    await other.query('ROLLBACK');
    await other.end();
    expect(await a.commit([claim('taken')])).toEqual([{ ok: true }]);
  });

  it('of two moves of a cursor one is made, with all that belongs to it', async () => {
    await a.commit([[insertJob('job', { jobId: id('job'), nextFireAt: 0, anchorAt: 0 })]]);
    const won = await race(20, (n, by) => [
      { kind: 'cursor.move', jobId: id('job'), expect: n, next: n + 1, revision: 1 },
      insertRun({ id: id(`${by}${n}`), dueAt: n, trigger: 'schedule' }),
      {
        kind: 'occurrence.insert',
        occurrence: { jobId: id('job'), from: n, to: n, count: 1, reason: null, runId: id(`${by}${n}`), recordedAt: n },
      },
    ]);
    expect(won.map(([x, y]) => Number(x) + Number(y))).toEqual(Array(20).fill(1));
    expect((await a.runs({ limit: 100 })).items.length).toEqual(20);
    expect((await b.occurrences({ jobId: id('job'), from: 0, to: 100, limit: 100 })).length).toEqual(20);
  });

  it('a place never gives more than it has', async () => {
    const within = { cpu: 5, memoryBytes: 1e9 };
    const won = await race(10, (n, by) => [
      {
        kind: 'attempt.insert',
        attempt: attempt({ runId: id(`${by}${n}`), takes: { cpu: 1, memoryBytes: 1 } }),
        within,
      },
    ]);
    expect(won.flat().filter(Boolean).length).toEqual(5);
    expect(await a.taken(id('place'))).toEqual({ cpu: 5, memoryBytes: 5, gpus: [] });
  });

  it('a GPU is given once, and of shares no more than there is', async () => {
    const whole = await race(10, (n, by) => [
      {
        kind: 'attempt.insert',
        attempt: attempt({ runId: id(`${by}${n}`), gpus: [{ uuid: 'GPU-1', parent: null, share: null }] }),
      },
    ]);
    expect(whole.flat().filter(Boolean).length).toEqual(1);
    const share = { part: 0.25, memoryBytes: 1, ofBytes: 16 };
    const parts = await race(10, (n, by) => [
      {
        kind: 'attempt.insert',
        attempt: attempt({ runId: id(`s${by}${n}`), gpus: [{ uuid: 'GPU-2', parent: null, share }] }),
      },
    ]);
    expect(parts.flat().filter(Boolean).length).toEqual(4);
    expect((await a.taken(id('place'))).gpus.length).toEqual(5);
  });

  it('a write with an old epoch is refused once another has taken the lease', async () => {
    const held = run({ state: 'running', leaseInstance: 'a', leaseEpoch: 1 });
    await a.commit([[insertJob('job')], [{ kind: 'run.insert', run: held }]]);
    await b.commit([[{ kind: 'run.adopt', id: held.id, instance: 'b', expectEpoch: 1 }]]);
    const late: Change = {
      kind: 'run.write',
      run: { ...held, state: 'succeeded', leaseInstance: null },
      expectEpoch: 1,
      expectState: 'running',
    };
    // With others in the same transaction, which are not touched by its refusal.
    const results = await a.commit([[insertRun({ id: id('x') })], [late], [insertRun({ id: id('y') })]]);
    expect(results).toEqual([{ ok: true }, { ok: false, change: 0 }, { ok: true }]);
    expect((await b.run(held.id))?.state).toEqual('running');
  });

  it('a start never slips into the removal of its job', async () => {
    await a.commit([Array.from({ length: 20 }, (_, n) => insertJob(`j${n}`))]);
    const won = await race(20, (n, by) =>
      by === 'a'
        ? [{ kind: 'job.expect', id: id(`j${n}`) }, insertRun({ id: id(`r${n}`), jobId: id(`j${n}`) })]
        : [{ kind: 'job.remove', id: id(`j${n}`), at: 9, whileActive: [] }],
    );
    expect(won.map(([x, y]) => Number(x) + Number(y))).toEqual(Array(20).fill(1));
  });

  it('an idempotency key makes one run, whoever is asked', async () => {
    await a.commit([[insertJob('job')]]);
    const won = await race(20, (n, by) => [insertRun({ id: id(`${by}${n}`), idempotencyKey: `k${n}` })]);
    expect(won.map(([x, y]) => Number(x) + Number(y))).toEqual(Array(20).fill(1));
  });

  it('time is the server’s, for both', async () => {
    const times = [await a.time?.(), await b.time?.(), await a.time?.()] as number[];
    expect(times).toEqual([...times].sort((x, y) => x - y));
  });
});

describe('news', () => {
  it('tells the others which runs were made, asked to stop or ended; not oneself', async () => {
    const schema = postgres.schema();
    const [a, b] = [open(schema), open(schema)];
    const heard = { a: [] as StoreNews[], b: [] as StoreNews[] };
    const listening = [a, b].map(
      (store, n) =>
        new Promise<void>((resolve) => {
          store.watch?.((news) => {
            heard[n === 0 ? 'a' : 'b'].push(news);
            if (news.runs === null) resolve();
          });
        }),
    );
    await Promise.all([a.open(), b.open()]);
    await Promise.all(listening);
    const first: Run = run({ state: 'running', leaseEpoch: 1 });
    await a.commit([[insertJob('job'), { kind: 'run.insert', run: first }]]);
    await a.commit([[{ kind: 'run.request-stop', id: first.id, stop: { cause: 'timeout', by: 'x', at: 1 } }]]);
    await a.commit([[write({ ...first, sentence: 'nothing new' }, 'running')]]);
    await a.commit([[write({ ...first, state: 'failed' }, 'running')]]);
    await a.commit([Array.from({ length: 300 }, (_, n) => insertRun({ id: id(`m${n}`) }))]);
    const last = new Promise<void>((resolve) => {
      b.watch?.((news) => {
        heard.b.push(news);
        if (news.runs?.includes(id('last'))) resolve();
      });
    });
    await a.commit([[insertRun({ id: id('last') })]]);
    await last;
    expect(heard.b.slice(1).map(({ runs }) => runs)).toEqual([[first.id], [first.id], [first.id], null, [id('last')]]);
    expect(heard.a).toEqual([{ runs: null }]);
    await Promise.all([a.close(), b.close()]);
    await postgres.drop(schema);
  });
});

const write = (to: Run, expectState: Run['state']): Change => ({
  kind: 'run.write',
  run: to,
  expectEpoch: 1,
  expectState,
});

const open = (schema: string): Store => postgresStore({ connectionString: postgres.url(), schema })(someHost());
