import type { Store, StoreNews } from '@runyard/core';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../test/postgres/postgres-server.ts';
import { postgresStore } from '../src/index.ts';
import { id, insertJob, insertRun } from './records.ts';
import { someHost } from './some-host.ts';

// These need a server that they may stop.
describe('a database that is restarted', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    // What was answered must be there behind a crash.
    server = await startPostgres({ settings: { synchronous_commit: 'on' } });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const how = { crashes: () => server.kill(), stops: () => server.stop() };

  it.each(['crashes', 'stops'] as const)(
    'under load, when it %s: what was answered is there, and work goes on',
    async (way) => {
      const store = await opened(`load_${way}`);
      await store.commit([[insertJob('job')]]);
      const done = new Set<string>();
      const failed: unknown[] = [];
      let written = 0;
      let over = false;
      const lane = async (): Promise<void> => {
        while (!over) {
          const run = id(`${written++}`);
          await store.commit([[insertRun({ id: run })]]).then(
            ([result]) => result?.ok && done.add(run),
            (error) => failed.push(error),
          );
        }
      };
      const lanes = Array.from({ length: 8 }, lane);
      await until(() => done.size > 100);
      await how[way]();
      await server.start();
      const before = done.size;
      await until(() => done.size > before + 100);
      over = true;
      await Promise.all(lanes);
      for (const error of failed) expect(error).toMatchObject({ code: 'store-unavailable' });
      const there = new Set<string>();
      for (let after: string | undefined; ; ) {
        const page = await store.runs({ limit: 1000, ...(after === undefined ? {} : { after }) });
        for (const { id: run } of page.items) there.add(run);
        after = page.next;
        if (after === undefined) break;
      }
      expect([...done].filter((run) => !there.has(run))).toEqual([]);
      // Each that was rejected may be there or not; nothing else is.
      expect(there.size).toBeLessThanOrEqual(done.size + failed.length);
      await store.close();
    },
  );

  it('reads wait for it and are answered', async () => {
    const store = await opened('reads');
    await store.commit([[insertJob('job')]]);
    await server.kill();
    const asked = store.job(id('job'));
    await server.start();
    expect((await asked)?.id).toEqual(id('job'));
    await store.close();
  });

  it('one that stays away rejects with what to do, once the patience is over', async () => {
    const store = await opened('away', { patienceMs: 100 });
    await server.stop();
    await expect(store.run(id('run'))).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(store.commit([[insertRun()]])).rejects.toMatchObject({ code: 'store-unavailable' });
    await server.start();
    await store.close();
  });

  it('is listened to again, and a gap is told', async () => {
    const [a, b] = [await opened('news'), await opened('news', {}, false)];
    const heard: StoreNews[] = [];
    b.watch?.((news) => void heard.push(news));
    await b.open();
    const gaps = (): number => heard.filter(({ runs }) => runs === null).length;
    await until(() => gaps() === 1);
    await server.kill();
    await server.start();
    await until(() => gaps() === 2);
    await a.commit([[insertRun({ id: id('news') })]]);
    await until(() => heard.some(({ runs }) => runs?.includes(id('news'))));
    await Promise.all([a.close(), b.close()]);
  });

  it('a pool of the host survives it too, and is still the host’s behind close', async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 3 });
    pool.on('error', () => undefined);
    const store = postgresStore({ pool, schema: 'pool' })(someHost());
    await store.open();
    await server.kill();
    await server.start();
    await store.commit([[insertJob('job')]]).catch(() => store.commit([[insertJob('job')]]));
    expect((await store.job(id('job')))?.id).toEqual(id('job'));
    await store.close();
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });

  const opened = async (schema: string, options = {}, open = true): Promise<Store> => {
    const store = postgresStore({ connectionString: server.url, schema, ...options })(someHost());
    if (open) await store.open();
    return store;
  };
});

// Looks at what comes by itself, between two turns of the event loop.
const until = async (true_: () => boolean): Promise<void> => {
  while (!true_()) await new Promise((resolve) => setTimeout(resolve, 5));
};
