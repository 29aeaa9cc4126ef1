import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import type { Database } from '../src/database/database.ts';
import { openDatabase } from '../src/database/open-database.ts';
import type { DatabaseOptions } from '../src/database/options.ts';
import { migrations } from '../src/migrations/all-migrations.ts';
import { migrate } from '../src/migrations/migrate.ts';

const postgres = usePostgres();
const opened: Database[] = [];

const open = (options: DatabaseOptions = {}): Database => {
  const db = openDatabase({ connectionString: postgres.url(), schema: postgres.schema(), ...options });
  opened.push(db);
  return db;
};

afterEach(async () => {
  for (const db of opened.splice(0)) {
    await db.close();
    await postgres.drop(db.schema);
  }
});

describe('the database behind the stores', () => {
  it('reads int8 and numeric as numbers and rows as arrays, whatever the host set for all of pg', async () => {
    pg.types.setTypeParser(20, BigInt);
    try {
      expect(await open().row('SELECT 5::int8, 2.5::numeric, true, $1::text', 'x')).toEqual([5, 2.5, true, 'x']);
    } finally {
      pg.types.setTypeParser(20, String);
    }
  });

  it('two that start at once migrate once, and agree on the installation', async () => {
    const schema = postgres.schema();
    const [a, b] = [open({ schema }), open({ schema })];
    const [first, second] = await Promise.all([migrate(a, 'a'.repeat(32)), migrate(b, 'b'.repeat(32))]);
    expect(first).toEqual(second);
    expect(await migrate(a, 'c'.repeat(32))).toEqual(first);
    expect(await b.row('SELECT value FROM meta WHERE key = $1', 'version')).toEqual([String(migrations.length)]);
  });

  it('a schema of a newer version is refused', async () => {
    const db = open();
    await migrate(db, 'a'.repeat(32));
    await db.run('UPDATE meta SET value = $1 WHERE key = $2', '999', 'version');
    await expect(migrate(db, 'a'.repeat(32))).rejects.toMatchObject({ code: 'store-newer' });
  });

  it('a transaction that throws leaves nothing behind', async () => {
    const db = open();
    await migrate(db, 'a'.repeat(32));
    const put = 'INSERT INTO meta (key, value) VALUES ($1, $2)';
    await expect(
      db.transaction(async (sql) => {
        await sql.run(put, 'k', 'v');
        throw new Error('no');
      }),
    ).rejects.toThrow();
    await db.transaction((sql) => sql.run(put, 'l', 'v'));
    expect(await db.rows('SELECT key FROM meta WHERE value = $1', 'v')).toEqual([['l']]);
  });

  it('a pool that was passed in is used and stays open', async () => {
    const pool = new pg.Pool({ connectionString: postgres.url(), max: 3 });
    try {
      const db = openDatabase({ pool, schema: postgres.schema() });
      expect(await db.row('SELECT 1')).toEqual([1]);
      await db.close();
      expect((await pool.query('SELECT 2 AS two')).rows).toEqual([{ two: 2 }]);
    } finally {
      await pool.end();
    }
  });

  it('hears what is sent on its channel, and null once it listens', async () => {
    const schema = postgres.schema();
    const [a, b] = [open({ schema }), open({ schema })];
    const heard: (string | null)[] = [];
    await new Promise<void>((resolve) => {
      a.listen('news', (payload) => {
        heard.push(payload);
        if (payload === null) void b.rows("SELECT pg_notify('news', $1)", 'hello');
        else resolve();
      });
    });
    expect(heard).toEqual([null, 'hello']);
  });

  it('a schema that is not a plain name is refused', () => {
    expect(() => openDatabase({ schema: 'a"; DROP' })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});
