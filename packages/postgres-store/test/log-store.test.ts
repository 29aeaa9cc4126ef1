import { systemClock } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { askPostgres } from '../../../test/postgres/ask-postgres.ts';
import { startPostgres } from '../../../test/postgres/postgres-server.ts';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import type { Database } from '../src/database/database.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { logStoreOn } from '../src/log-store/log-store-on.ts';
import { newLogTable } from '../src/log-store/log-table.ts';
import { migrate } from '../src/migrations/migrate.ts';
import { openLogStores } from './log-stores.ts';

const key = `${'b'.repeat(32)}.1`;
const capBytes = 1e9;
const never = new AbortController().signal;
const line = (n: number, size = 0) => ({
  at: n,
  stream: 'stdout' as const,
  text: `line ${n} ${'x'.repeat(size)}\n`,
  sourceCursor: `s${n}`,
});
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};

describe('logs in PostgreSQL', () => {
  const postgres = usePostgres();

  /** A log store on a database whose calls the test may meddle with. */
  const meddled = async (meddle: (database: Database) => Partial<Database>) => {
    const schema = postgres.schema();
    const database = openDatabase({ connectionString: postgres.url(), schema, patienceMs: 0 });
    await migrate(database, 'a'.repeat(32));
    const parts = { clock: systemClock(), holder: 'a'.repeat(32), ready: async () => {} };
    const store = logStoreOn({ ...parts, database: { ...database, ...meddle(database) } });
    return {
      store,
      database,
      async [Symbol.asyncDispose]() {
        await store.close();
        await database.close();
        await postgres.drop(schema);
      },
    };
  };

  const countChunks = async (database: Database): Promise<number> =>
    Number((await database.row('SELECT count(*) FROM log_chunks'))?.[0]);

  it('a write whose answer was lost is in the log once when it is tried again', async () => {
    let losing = false;
    await using at = await meddled(({ rows }) => ({
      rows: async (text, ...values) => {
        const answer = await rows(text, ...values);
        if (losing && text.includes('log_chunks')) throw new Error('the answer was lost');
        return answer;
      },
    }));
    const writer = await at.store.writer(key, { capBytes });
    await writer.append([line(1)]);
    losing = true;
    await expect(writer.append([line(2), line(3)])).rejects.toThrow('the answer was lost');
    losing = false;
    const seen = at.store.read(key, { follow: true, signal: never })[Symbol.asyncIterator]();
    for (const n of [1, 2, 3]) expect((await seen.next()).value).toMatchObject({ at: n });
    await writer.append([line(2), line(3)]);
    await writer.append([line(4)]);
    expect((await seen.next()).value).toMatchObject({ at: 4, cursor: '4' });
    await writer.seal();
    expect((await seen.next()).done).toBe(true);
    expect((await all(at.store.read(key, { signal: never }))).map(({ at }) => at)).toEqual([1, 2, 3, 4]);
    await writer.close();
  });

  it('a seal whose answer was lost is heard of when it is tried again', async () => {
    let losing = false;
    await using at = await meddled(({ rows }) => ({
      rows: async (text, ...values) => {
        const answer = await rows(text, ...values);
        if (losing && text.includes('log_chunks')) throw new Error('the answer was lost');
        return answer;
      },
    }));
    const writer = await at.store.writer(key, { capBytes });
    await writer.append([line(1)]);
    losing = true;
    await expect(writer.seal()).rejects.toThrow('the answer was lost');
    losing = false;
    await writer.seal();
    await writer.close();
    expect(await at.store.sealed(key)).toBe(true);
  });

  it('a write and an opening that reach the database late do nothing', async () => {
    await using at = await meddled(() => ({}));
    const table = newLogTable(at.database, 'h'.repeat(32));
    const log = await table.open(key, 1);
    if (!log) throw new Error('It could not be opened.');
    const { opened, state } = log;
    const chunk = (n: number) => ({ first: n, last: n, rawBytes: 1, data: Buffer.of(0) });
    const [late, soon] = [table.nextTurn(), table.nextTurn()];
    const write = { key, opened, turn: soon, state: { ...state, last: 1 }, chunks: [chunk(1)] };
    expect(await table.write({ ...write, cutBackTo: 0 })).toBe(true);
    expect(await table.write({ ...write, turn: late })).toBe(false);
    expect(await countChunks(at.database)).toBe(1);

    // As sent by this process before it opened the log, and by another one under an earlier lease.
    expect(await newLogTable(at.database, 'h'.repeat(32)).open(key, 1)).toBe(null);
    expect(await newLogTable(at.database, 'o'.repeat(32)).open(key, 0)).toBe(null);
    expect(
      await table.write({ ...write, turn: table.nextTurn(), state: { ...state, last: 2 }, chunks: [chunk(2)] }),
    ).toBe(true);
    expect(await countChunks(at.database)).toBe(2);
  });

  it('many small writes become few chunks at the seal, and a reader in the middle does not notice', async () => {
    await using at = await meddled(() => ({}));
    const writer = await at.store.writer(key, { capBytes });
    const reader = at.store.read(key, { follow: true, signal: never })[Symbol.asyncIterator]();
    // Each is large enough to be written by itself.
    for (const n of range(1, 20)) await writer.append([line(n, 17_000)]);
    expect(await countChunks(at.database)).toBe(20);
    const seen = [await reader.next(), await reader.next(), await reader.next()].map(({ value }) => value);
    const { cursor } = seen[1]!;
    await writer.seal();
    await writer.close();
    expect(await countChunks(at.database)).toBe(2); // fifteen lines fit into one
    for (;;) {
      const { done, value } = await reader.next();
      if (done) break;
      seen.push(value);
    }
    expect(seen.map(({ at }) => at)).toEqual(range(1, 20));
    expect(await all(at.store.read(key, { signal: never }))).toEqual(seen);
    expect(await all(at.store.read(key, { after: cursor, signal: never }))).toEqual(seen.slice(2));
  });

  it('a seal that dies while it puts chunks together leaves the log whole, and the next one goes on', async () => {
    let merges = 0;
    await using at = await meddled(({ transaction }) => ({
      transaction: (act) => {
        if (++merges === 2) throw new Error('killed');
        return transaction(act);
      },
    }));
    const stopped = await at.store.writer(key, { capBytes });
    for (const n of range(1, 60)) await stopped.append([line(n, 17_000)]);
    await expect(stopped.seal()).rejects.toThrow('killed');
    expect(await countChunks(at.database)).toBe(46); // one of four is done
    const texts = range(1, 60).map((n) => line(n, 17_000).text);
    expect((await all(at.store.read(key, { signal: never }))).map(({ text }) => text)).toEqual(texts);
    const writer = await at.store.writer(key, { capBytes });
    await writer.seal();
    await writer.close();
    await stopped.close();
    expect(await countChunks(at.database)).toBe(4);
    expect((await all(at.store.read(key, { signal: never }))).map(({ text }) => text)).toEqual(texts);
  });

  it('tail reads only the chunks that it needs, from the end', async () => {
    let chunks = 0;
    await using at = await meddled(({ rows }) => ({
      rows: async (text, ...values) => {
        const answer = await rows(text, ...values);
        if (text.includes('c.data')) chunks += answer.length;
        return answer;
      },
    }));
    const writer = await at.store.writer(key, { capBytes });
    for (const n of range(1, 30)) await writer.append([line(n, 200_000)]);
    expect((await all(at.store.read(key, { tail: 2, signal: never }))).map(({ at }) => at)).toEqual([29, 30]);
    expect(chunks).toBe(2);
    await writer.close();
  });

  it('logs that are written at the same time share their statements', async () => {
    let statements = 0;
    await using at = await meddled(({ rows }) => ({
      rows: (text, ...values) => {
        statements++;
        return rows(text, ...values);
      },
    }));
    const keys = range(1, 100).map((n) => `${'c'.repeat(32)}.${n}`);
    const writers = await Promise.all(keys.map((each) => at.store.writer(each, { capBytes })));
    await Promise.all(writers.map((writer, index) => writer.append([line(index)])));
    await Promise.all(writers.map((writer) => writer.seal()));
    await Promise.all(writers.map((writer) => writer.close()));
    expect(statements).toBe(3);
    for (const [index, each] of keys.entries())
      expect(await all(at.store.read(each, { follow: true, signal: never }))).toMatchObject([{ at: index }]);
  });

  it('removing leaves nothing, also of a write that comes at the same time', async () => {
    await using at = await meddled(() => ({}));
    for (let round = 0; round < 20; round++) {
      const writer = await at.store.writer(key, { capBytes });
      await writer.append([line(1)]);
      await Promise.all([writer.append([line(2)]).catch(() => {}), at.store.remove(key)]);
      await writer.close();
      await at.store.remove(key);
    }
    expect(await countChunks(at.database)).toBe(0);
  });

  it('writers tell other instances only of logs that are followed', async () => {
    await using at = await meddled(() => ({}));
    const heard: (string | null)[] = [];
    const ready = Promise.withResolvers<void>();
    const unlisten = at.database.listen('logs', (payload) => {
      if (payload === null) ready.resolve();
      else heard.push(payload);
    });
    await ready.promise;
    const other = `${'d'.repeat(32)}.1`;
    const [quiet, writer] = [await at.store.writer(other, { capBytes }), await at.store.writer(key, { capBytes })];
    const following = at.store.read(key, { follow: true, signal: never })[Symbol.asyncIterator]();
    await writer.append([line(1)]);
    await following.next();
    await quiet.append([line(1)]);
    const next = following.next();
    await writer.append([line(2)]);
    await next;
    await expect.poll(() => heard).toContain(key);
    expect(heard).not.toContain(other);
    unlisten();
    await following.return?.();
    await quiet.close();
    await writer.close();
  });

  it('a follower that hears nothing looks by itself', async () => {
    const stores = openLogStores(postgres);
    const [store, deaf] = [stores.open(), stores.open({ listen: false })];
    const writer = await store.writer(key, { capBytes });
    const following = deaf.read(key, { follow: true, signal: never })[Symbol.asyncIterator]();
    for (const n of range(1, 3)) {
      const next = following.next();
      await writer.append([line(n)]);
      expect((await next).value).toMatchObject({ at: n });
    }
    const end = following.next();
    await writer.seal();
    expect((await end).done).toBe(true);
    await writer.close();
    await store.close?.();
    await deaf.close?.();
    await stores.dispose();
  });

  it('lies compressed: text that repeats itself takes a small part of its size', async () => {
    await using at = await meddled(() => ({}));
    const writer = await at.store.writer(key, { capBytes });
    await writer.append(range(1, 5000).map((n) => line(n, 40)));
    await writer.seal();
    await writer.close();
    const [raw, kept] = (await at.database.row('SELECT sum(raw_bytes), sum(length(data)) FROM log_chunks')) ?? [];
    expect(Number(raw)).toBeGreaterThan(300_000);
    expect(Number(kept)).toBeLessThan(Number(raw) / 5);
  });
});

describe('logs through a restart of PostgreSQL', () => {
  it('are whole, for the writer and for who follows them at another instance', async () => {
    await using server = await startPostgres({ fsync: true });
    const stores = openLogStores({ url: () => server.url, schema: () => 'runyard_restart', drop: async () => {} });
    const [store, beside] = [stores.open({ patienceMs: 500 }), stores.open()];
    const writer = await store.writer(key, { capBytes });
    const seen: number[] = [];
    const ten = Promise.withResolvers<void>();
    const following = (async () => {
      for await (const { at } of beside.read(key, { follow: true, signal: never })) {
        seen.push(at);
        if (at === 10) ten.resolve();
      }
    })();
    for (const n of range(1, 40)) {
      if (n === 20) await ten.promise;
      if (n === 25) {
        await server.kill();
        await server.start();
      }
      // As the engine does.
      for (;;) {
        try {
          await writer.append([line(n)]);
          break;
        } catch (error) {
          expect(error).toMatchObject({ code: 'store-unavailable' });
        }
      }
    }
    await writer.seal();
    await following;
    expect(seen).toEqual(range(1, 40));
    expect((await all(beside.read(key, { signal: never }))).map(({ at }) => at)).toEqual(range(1, 40));
    await writer.close();
    await store.close?.();
    await beside.close?.();
    expect(await askPostgres(server.url, 'SELECT count(*) FROM runyard_restart.logs')).toEqual([['1']]);
  });
});
