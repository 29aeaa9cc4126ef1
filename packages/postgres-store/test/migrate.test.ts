import type { Store } from '@runyard/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askPostgres } from '../../../test/postgres/ask-postgres.ts';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import type { Database } from '../src/database/database.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { postgresStore } from '../src/index.ts';
import { migrations, newest } from '../src/migrations/all-migrations.ts';
import { migrate } from '../src/migrations/migrate.ts';
import { id, insertJob, insertRun } from './records.ts';
import { someHost } from './some-host.ts';

const postgres = usePostgres();
type Migration = (typeof migrations)[number];
const newInstallation = 'a'.repeat(32);

/** What the next minor version might do, and the one behind it. */
const expanding: Migration = {
  step: 'ALTER TABLE runs ADD COLUMN cost BIGINT NOT NULL DEFAULT 0; CREATE TABLE budgets (owner TEXT PRIMARY KEY)',
  worksSince: 1,
};
const contracting: Migration = { step: 'ALTER TABLE runs DROP COLUMN sentence', worksSince: newest + 1 };

describe('a PostgreSQL store and code of another version', () => {
  let schema: string;
  let db: Database;
  let open: Store[];

  beforeEach(() => {
    schema = postgres.schema();
    db = openDatabase({ connectionString: postgres.url(), schema, listen: false });
    open = [];
  });
  afterEach(async () => {
    await Promise.all([db.close(), ...open.map((store) => store.close())]);
    await postgres.drop(schema);
  });

  const newStore = (mode: 'auto' | 'check' = 'auto'): Store => {
    const store = postgresStore({ connectionString: postgres.url(), schema, listen: false, migrate: mode })(someHost());
    open.push(store);
    return store;
  };
  const later = (...steps: Migration[]) => migrate(db, { newInstallation, migrations: [...migrations, ...steps] });
  const lease = (store: Store, leaseMs: number) => {
    const at = Date.now() + leaseMs;
    return store.commit([[{ kind: 'instance.put', id: id('i'), startedAt: 1, expiresAt: at, leaseMs, places: ['p'] }]]);
  };

  it('works on one that a newer version has expanded, also while it runs', async () => {
    const running = newStore();
    await running.open();
    await running.commit([[insertJob('job')]]);
    expect(await later(expanding)).toMatchObject({ from: newest, to: newest + 1 });
    expect(await lease(running, 10_000)).toEqual([{ ok: true }]);
    const begun = newStore();
    await begun.open();
    expect(await begun.commit([[insertRun()]])).toEqual([{ ok: true }]);
    expect((await running.run(id('run')))?.id).toBe(id('run'));
  });

  it('is refused one that was contracted beyond it', async () => {
    await later(expanding, contracting);
    await expect(newStore().open()).rejects.toMatchObject({ code: 'store-newer' });
  });

  it('is not outlived: what it would not survive is refused while its lease lasts, and made once that is given back', async () => {
    const running = newStore();
    await running.open();
    await lease(running, 10_000);
    const refused = later(expanding, contracting);
    await expect(refused).rejects.toMatchObject({ code: 'store-in-use' });
    await expect(refused).rejects.toThrow(id('i'));
    expect(await running.commit([[insertJob('job')]])).toEqual([{ ok: true }]);
    await lease(running, 0);
    expect(await later(expanding, contracting)).toMatchObject({ from: newest, to: newest + 2 });
  });

  it('that slept through it touches nothing any more, from the renewal of its lease on', async () => {
    const running = newStore();
    await running.open();
    await later(expanding, contracting);
    await expect(lease(running, 10_000)).rejects.toMatchObject({ code: 'store-newer' });
    await expect(running.jobs({ limit: 1 })).rejects.toMatchObject({ code: 'store-newer' });
    await expect(running.commit([[insertJob('job')]])).rejects.toMatchObject({ code: 'store-newer' });
    expect(await askPostgres(postgres.url(), `SELECT id FROM "${schema}".instances`)).toEqual([]);
  });

  it('that may not migrate is refused while a migration is due, and makes nothing', async () => {
    const refused = newStore('check').open();
    await expect(refused).rejects.toMatchObject({ code: 'store-older' });
    await expect(refused).rejects.toThrow(`npx runyard migrate --database URL --schema ${schema}`);
    const made = `SELECT 1 FROM information_schema.schemata WHERE schema_name = '${schema}'`;
    expect(await askPostgres(postgres.url(), made)).toEqual([]);
    await migrate(db, { newInstallation });
    await newStore('check').open();
  });
});
