import pg from 'pg';
import { expect, it } from 'vitest';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { postgresStore } from '../src/index.ts';
import { id, insertJob, insertRun } from './records.ts';
import { someHost } from './some-host.ts';

const postgres = usePostgres();

// A store and its logs, and what is asked of the server, in order.
const overheard = async (refuse: RegExp | null = null) => {
  const schema = postgres.schema();
  const pool = new pg.Pool({ connectionString: postgres.url(), max: 4 });
  const asked: string[] = [];
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (asking: { text: string }) => Promise<unknown>;
    const heard = (asking: { text: string }) => {
      asked.push(asking.text);
      return refuse?.test(asking.text) ? Promise.reject(new Error('refused')) : query(asking);
    };
    Object.assign(client, { query: heard });
  });
  const store = postgresStore({ pool, schema, listen: false })(someHost());
  const logs = store.logs?.();
  if (!logs) throw new Error('It brings its log store.');
  await store.open();
  return {
    store,
    logs,
    asked,
    notifying: () => asked.filter((text) => text.includes('pg_notify')),
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await pool.end();
      await postgres.drop(schema);
    },
  };
};

it('news is told behind the commit, never within: who notifies commits alone on the whole server', async () => {
  await using at = await overheard();
  at.asked.length = 0;
  await at.store.commit([[insertJob('job'), insertRun({ id: id('run') })]]);
  const committed = at.asked.indexOf('COMMIT');
  expect(committed).toBeGreaterThan(0);
  expect(at.asked.findIndex((text) => text.includes('pg_notify'))).toBe(committed + 1);
});

it('a commit whose news could not be told is a commit', async () => {
  await using at = await overheard(/pg_notify/);
  expect(await at.store.commit([[insertJob('job'), insertRun({ id: id('run') })]])).toEqual([{ ok: true }]);
  expect(at.notifying()).toHaveLength(1);
  expect(await at.store.run(id('run'))).toMatchObject({ state: 'queued' });
});

it('nor does what writes or removes a log notify, but a statement behind it, where somebody follows', async () => {
  await using at = await overheard();
  const key = `${'b'.repeat(32)}.1`;
  const append = { at: 1, stream: 'stdout', text: 'x\n' } as const;
  const writer = await at.logs.writer(key, { capBytes: 1e6, epoch: 1 });
  await writer.append([append]);
  expect(at.notifying()).toEqual([]);
  const following = at.logs.read(key, { follow: true, signal: new AbortController().signal })[Symbol.asyncIterator]();
  expect((await following.next()).value).toMatchObject({ text: 'x\n' });
  await writer.append([append]);
  await expect.poll(() => at.notifying().length).toBe(1);
  await following.return?.();
  await at.logs.remove(key);
  await expect.poll(() => at.notifying().length).toBe(2);
  expect(at.notifying().filter((text) => /INSERT|UPDATE|DELETE/.test(text))).toEqual([]);
  await writer.close();
});
