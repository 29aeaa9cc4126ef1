import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Change, Store } from '@runyard/core';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askPostgres } from '../../../test/postgres/ask-postgres.ts';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { postgresStore } from '../src/index.ts';
import { attempt, id, insertJob, insertRun, run } from './records.ts';
import { someHost } from './some-host.ts';

const postgres = usePostgres();

describe('postgresStore', () => {
  let schema: string;
  let store: Store;

  beforeEach(async () => {
    schema = postgres.schema();
    store = postgresStore({ connectionString: postgres.url(), schema })(someHost());
    await store.open();
  });
  afterEach(async () => {
    await store.close();
    await postgres.drop(schema);
  });

  it('takes its time from one function of its schema, which a test may replace', async () => {
    const text = `CREATE OR REPLACE FUNCTION "${schema}".now_ms() RETURNS BIGINT LANGUAGE sql VOLATILE AS 'SELECT 42::bigint'`;
    await askPostgres(postgres.url(), text);
    expect(await store.time?.()).toEqual(42);
  });

  it('keeps everything in its own schema, wherever `search_path` points', async () => {
    await store.commit([[insertJob('job')], [insertRun()]]);
    const outside = `SELECT schemaname FROM pg_tables WHERE tablename IN ('runs', 'jobs', 'meta') AND schemaname = 'public'`;
    expect(await askPostgres(postgres.url(), outside)).toEqual([]);
    expect((await store.run(id('run')))?.id).toEqual(id('run'));
  });

  it('a call that cannot be stored is rejected, and takes no other with it', async () => {
    await store.commit([[insertJob('job')]]);
    const outcomes = await Promise.allSettled([
      store.commit([[insertRun({ id: id('a') })]]),
      store.commit([[insertRun({ id: id('b'), createdAt: 2 ** 70 })]]),
      store.commit([[insertRun({ id: id('c') })]]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((outcomes[1] as PromiseRejectedResult).reason).toMatchObject({ code: 'store-unavailable' });
    expect((await store.runs({ limit: 10 })).items.map((each) => each.id)).toEqual([id('a'), id('c')]);
  });

  it('an instant that is more exact than a millisecond is rounded', async () => {
    await store.commit([[insertJob('job')], [insertRun({ startedAt: 5.4 })]]);
    await store.commit([
      [{ kind: 'attempt.insert', attempt: attempt({ endedAt: 7.9, takes: { cpu: 0.5, memoryBytes: 1 } }) }],
    ]);
    expect((await store.run(id('run')))?.startedAt).toEqual(5);
    expect((await store.attempts(id('run')))[0]).toMatchObject({ endedAt: 8, takes: { cpu: 0.5 } });
  });

  it('what is said of a run in the same commit comes out as if it was said one behind the other', async () => {
    const first = run({ state: 'running', leaseInstance: 'a', leaseEpoch: 1, attempt: 1 });
    const write = (to: Partial<typeof first>, expectEpoch: number): Change => ({
      kind: 'run.write',
      run: { ...first, ...to },
      expectEpoch,
      expectState: 'running',
    });
    const stop = { cause: 'cancelled-by-user', by: 'user:a', at: 5 } as const;
    await store.commit([[insertJob('job')], [{ kind: 'run.insert', run: first }]]);
    const results = await store.commit([
      [{ kind: 'attempt.insert', attempt: attempt() }],
      [write({ sentence: 'one' }, 1)],
      [{ kind: 'run.adopt', id: first.id, instance: 'b', expectEpoch: 1 }],
      [write({ sentence: 'late' }, 1)],
      [{ kind: 'attempt.write', attempt: attempt({ state: 'prepared' }), expectState: 'preparing', epoch: 1 }],
      [{ kind: 'run.request-stop', id: first.id, stop }],
      [write({ sentence: 'two', leaseInstance: 'b', leaseEpoch: 2 }, 2)],
      [{ kind: 'attempt.write', attempt: attempt({ state: 'started' }), expectState: 'preparing', epoch: 2 }],
    ]);
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, false, false, true, true, true]);
    expect(await store.run(first.id)).toEqual({
      ...first,
      sentence: 'two',
      leaseInstance: 'b',
      leaseEpoch: 2,
      stop,
    });
    expect((await store.attempts(first.id)).map(({ state }) => state)).toEqual(['started']);
  });

  it('a large commit is taken as one', async () => {
    await store.commit([[insertJob('job')]]);
    const results = await store.commit(Array.from({ length: 5_000 }, (_, n) => [insertRun({ id: id(`${n}`) })]));
    expect(results.every(({ ok }) => ok)).toEqual(true);
  });

  it('a pool of the host fits as it is', () => {
    const pool = new pg.Pool({ connectionString: postgres.url() });
    expect(postgresStore({ pool, schema })(someHost()).kind).toEqual('postgres');
  });
});

describe('a process with an open store', () => {
  const child = (how: 'close' | 'leave') => {
    const schema = postgres.schema();
    const file = fileURLToPath(new URL('./open-and-leave.ts', import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [file, postgres.url(), schema, how], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    return postgres.drop(schema).then(() => ({ status, stdout, stderr }));
  };

  it('has no handle left behind close', async () => {
    expect(await child('close')).toEqual({ status: 0, stdout: '[]\n', stderr: '' });
  });

  it('may end without closing it: nothing of ours keeps an idle process alive', async () => {
    expect(await child('leave')).toEqual({ status: 0, stdout: 'left\n', stderr: '' });
  });
});
