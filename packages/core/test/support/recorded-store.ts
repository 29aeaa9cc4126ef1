import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrate } from '../../src/adapters/sqlite-store/migrate.ts';
import { migrations } from '../../src/adapters/sqlite-store/migrations/all-migrations.ts';
import type { Migration } from '../../src/domain/store-version.ts';
import type { Host } from '../../src/ports/host.ts';
import { temporaryHost } from '../temporary-host.ts';

/** What was so when the store of version 1 was recorded, by a host of that time with real jobs. */
export const recorded = {
  at: 1_795_644_800_000,
  /** When the schedule of `every-minute` was due next. */
  nextFireAt: 1_795_644_840_000,
  installation: 'cdf1c76ac1eeee7389b4f047c53eaddd',
  place: '6082a35e7d3b7584810ccee6ccb37f10',
  running: { id: '49a6327c5c43a271d06267d623578cd6', handle: '6a03a3670d583887' },
} as const;

/** A data directory that holds the recorded store; with `handle` in the place of the running attempt's. */
export const recordedHost = async (): Promise<Host & AsyncDisposable> => {
  const host = await temporaryHost();
  const text = await readFile(new URL('../fixtures/stores/version-1.sql', import.meta.url), 'utf8');
  inStore(host, (db) => db.exec(`PRAGMA journal_mode = WAL; BEGIN; ${text} COMMIT;`));
  await writeFile(join(host.dataDir, 'place'), `${recorded.place}\n`);
  return { ...host, place: recorded.place };
};

/** What the next minor version might do to a store, for which this code still works. */
export const pretended: Migration = {
  step: 'ALTER TABLE runs ADD COLUMN cost INTEGER NOT NULL DEFAULT 0; CREATE TABLE budgets (owner TEXT PRIMARY KEY)',
  worksSince: 1,
};

/** Brings the store to where the pretended next version has it. */
export const expand = (host: Host): void => {
  const file = storeOf(host);
  inStore(host, (db) => migrate(db, { file, newInstallation: '0'.repeat(32), migrations: [...migrations, pretended] }));
};

export const storeOf = (host: Host): string => join(host.dataDir, 'runyard.db');

/** Looks into the file while no store has it open. */
export const inStore = <T>(host: Host, look: (db: DatabaseSync) => T): T => {
  const db = new DatabaseSync(storeOf(host));
  try {
    return look(db);
  } finally {
    db.close();
  }
};

export const versionIn = (host: Host): Record<string, string> =>
  inStore(host, (db) =>
    Object.fromEntries(
      db
        .prepare('SELECT key, value FROM meta')
        .all()
        .map(({ key, value }) => [String(key), String(value)]),
    ),
  );
