import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard, functionExecutor } from '@runyard/core';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { startPostgres } from '../../../test/postgres/postgres-server.ts';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { postgresStore } from '../src/index.ts';
import { id, insertJob } from './records.ts';
import { someHost } from './some-host.ts';

// Longer than any test may take.
const patienceMs = 3_600_000;
const away = { code: 'store-unavailable' };

describe('closing while the database is away', () => {
  it('does not wait for it as patiently as before: what is still asked for is rejected', async () => {
    await using server = await startPostgres();
    const store = postgresStore({ connectionString: server.url, patienceMs })(someHost());
    await store.open();
    await server.stop();
    const asked = Promise.allSettled([store.commit([[insertJob('job')]]), store.time?.()]);
    await store.close();
    expect(await asked).toMatchObject([{ reason: away }, { reason: away }]);
  });

  it('a Runyard closes too', async () => {
    await using server = await startPostgres();
    const dataDir = await mkdtemp(join(tmpdir(), 'runyard-closing-'));
    const runyard = await createRunyard({
      dataDir,
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      store: postgresStore({ connectionString: server.url, patienceMs }),
      executors: { function: functionExecutor({ functions: { fine: async () => {} } }) },
    });
    await server.stop();
    await runyard.close();
    await rm(dataDir, { recursive: true });
  });

  it('hurried, it answers all the same while the database does', async () => {
    await using server = await startPostgres();
    const store = postgresStore({ connectionString: server.url, patienceMs })(someHost());
    await store.open();
    store.hurry?.();
    expect(await store.commit([[insertJob('job')]])).toEqual([{ ok: true }]);
    await server.stop();
    await expect(store.job(id('job'))).rejects.toMatchObject(away);
    await server.start();
    expect((await store.job(id('job')))?.id).toEqual(id('job'));
    await store.close();
  });
});

describe('a pool of the host', () => {
  const postgres = usePostgres();

  it('that is used up holds up nothing for ever', async () => {
    const pool = new pg.Pool({ connectionString: postgres.url(), max: 2 });
    const theirs = await Promise.all([pool.connect(), pool.connect()]);
    const db = openDatabase({ pool, schema: postgres.schema(), patienceMs });
    db.listen('news', () => undefined);
    const asked = Promise.allSettled([db.row('SELECT 1'), db.transaction((sql) => sql.row('SELECT 1'))]);
    await db.close();
    expect(await asked).toMatchObject([{ reason: away }, { reason: away }]);
    for (const client of theirs) client.release();
    // What came too late went back.
    await Promise.all([pool.query('SELECT 1'), pool.query('SELECT 1')]);
    await pool.end();
  });

  it('of one connection is refused, unless nobody listens on it', async () => {
    const pool = new pg.Pool({ connectionString: postgres.url(), max: 1 });
    expect(() => postgresStore({ pool })(someHost())).toThrow(
      expect.objectContaining({ code: 'invalid-option', field: 'pool' }),
    );
    for (const listen of [false, { connectionString: postgres.url() }]) {
      const schema = postgres.schema();
      const store = postgresStore({ pool, schema, listen })(someHost());
      await store.open();
      await store.close();
      await postgres.drop(schema);
    }
    await pool.end();
  });

  it('has nothing of ours on its connections once the store is closed', async () => {
    const pool = new pg.Pool({ connectionString: postgres.url(), max: 2 });
    const before = await pool.connect();
    const own = before.listenerCount('error');
    before.release(true);
    const schema = postgres.schema();
    const store = postgresStore({ pool, schema })(someHost());
    await store.open();
    await store.close();
    const after = await pool.connect();
    expect(after.listenerCount('error')).toEqual(own);
    after.release();
    expect([pool.listenerCount('connect'), pool.listenerCount('remove'), pool.listenerCount('error')]).toEqual([
      0, 0, 0,
    ]);
    await pool.end();
    await postgres.drop(schema);
  });
});
