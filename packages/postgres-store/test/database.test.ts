import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import type { Database } from '../src/database/database.ts';
import { isLost } from '../src/database/failures.ts';
import { openDatabase } from '../src/database/open-database.ts';
import type { DatabaseOptions } from '../src/database/options.ts';
import { newest } from '../src/migrations/all-migrations.ts';
import { migrate } from '../src/migrations/migrate.ts';
import { jobList } from '../src/reads/jobs.ts';

const postgres = usePostgres();
const opened: Database[] = [];

const open = (options: DatabaseOptions = {}): Database => {
  const db = openDatabase({ connectionString: postgres.url(), schema: postgres.schema(), ...options });
  opened.push(db);
  return db;
};

const closeAll = async (): Promise<void> => {
  for (const db of opened.splice(0)) {
    await db.close();
    await postgres.drop(db.schema);
  }
};

afterEach(closeAll);

describe('the database behind the stores', () => {
  it('reads int8 and numeric as numbers and rows as arrays, whatever the host set for all of pg', async () => {
    pg.types.setTypeParser(20, BigInt);
    try {
      expect(await open().row('SELECT 5::int8, 2.5::numeric, true, $1::text', 'x')).toEqual([5, 2.5, true, 'x']);
    } finally {
      pg.types.setTypeParser(20, String);
    }
  });

  it('reads bytes as the server writes them, also in a pool of the host where that is `escape`', async () => {
    const all = Uint8Array.from({ length: 256 }, (_, n) => n);
    const pool = new pg.Pool({ connectionString: postgres.url(), options: '-c bytea_output=escape' });
    try {
      for (const prepare of [true, false]) {
        const db = open({ pool, prepare });
        for (const bytes of [all, Buffer.from('\\x41'), Buffer.from('\\\\101')])
          expect(await db.row('SELECT $1::bytea', bytes)).toEqual([Buffer.from(bytes)]);
      }
    } finally {
      await closeAll();
      await pool.end();
    }
  });

  it('what the database was told for all who connect does not hold for our statements', async () => {
    const told = '-c bytea_output=escape -c default_transaction_isolation=serializable -c jit=on';
    const db = open({ connection: { options: told } });
    const shown = 'SELECT current_setting($1), current_setting($2), current_setting($3)';
    const asked = [shown, 'transaction_isolation', 'bytea_output', 'jit'] as const;
    const ours = ['read committed', 'hex', 'off'];
    expect(await db.row(...asked)).toEqual(ours);
    expect(await db.transaction((sql) => sql.row(...asked))).toEqual(ours);
  });

  it('what is put together for a list is not kept prepared: there is no end of such texts', async () => {
    const db = open({ maxConnections: 1, listen: false });
    await migrate(db, { newInstallation: 'a'.repeat(32) });
    const prepared = 'SELECT name FROM pg_prepared_statements ORDER BY name';
    await db.rows(prepared);
    const before = await db.rows(prepared);
    for (let n = 0; n < 3; n++) {
      const tags = Object.fromEntries(Array.from({ length: n }, (_, tag) => [`${tag}`, 'x']));
      expect((await jobList(db, { limit: 10, tags })).items).toEqual([]);
      expect(await db.transaction((sql) => sql.list(`SELECT ${n}`))).toEqual([[n]]);
    }
    expect(await db.rows(prepared)).toEqual(before);
  });

  it('two that start at once migrate once, and agree on the installation', async () => {
    const schema = postgres.schema();
    const [a, b] = [open({ schema }), open({ schema })];
    const [first, second] = await Promise.all([
      migrate(a, { newInstallation: 'a'.repeat(32) }),
      migrate(b, { newInstallation: 'b'.repeat(32) }),
    ]);
    expect(first.installation).toEqual(second.installation);
    expect([first.from, second.from].sort()).toEqual([0, newest]);
    const { installation } = first;
    expect(await migrate(a, { newInstallation: 'c'.repeat(32) })).toEqual({ installation, from: newest, to: newest });
    expect(await b.row('SELECT value FROM meta WHERE key = $1', 'version')).toEqual([String(newest)]);
  });

  it('a schema of a newer version, for which this code is too old, is refused', async () => {
    const db = open();
    await migrate(db, { newInstallation: 'a'.repeat(32) });
    await db.run("UPDATE meta SET value = $1 WHERE key IN ('version', 'works_since')", '999');
    await expect(migrate(db, { newInstallation: 'a'.repeat(32) })).rejects.toMatchObject({ code: 'store-newer' });
  });

  it('a transaction that throws leaves nothing behind', async () => {
    const db = open();
    await migrate(db, { newInstallation: 'a'.repeat(32) });
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

  it('a name that is not found, and a transaction that took too long there, pass; a refused password does not', () => {
    const codes = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', '25P03', '25P04', '57P01', '28P01', '22P02'];
    const passing = codes.filter((code) => isLost(Object.assign(new Error('x'), { code })));
    expect(passing).toEqual(codes.slice(0, 6));
  });

  it('a schema that is not a plain name is refused', () => {
    expect(() => openDatabase({ schema: 'a"; DROP' })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});
