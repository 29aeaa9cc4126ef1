import type { DatabaseSync } from 'node:sqlite';
import { RunyardError } from '../../domain/errors.ts';
import { takeExclusiveLock } from '../shared/exclusive-lock.ts';
import { instanceStatements } from '../shared/sql/statements/instances.ts';
import type { WorkerSetup } from './messages.ts';
import { migrate } from './migrate.ts';
import { openReader, openWriter } from './open-database.ts';
import { refuseWhenDue } from './refuse-when-due.ts';
import { type Sql, sqlOver } from './sql.ts';

export interface OpenStore {
  db: DatabaseSync;
  sql: Sql;
  installation: string | null;
  close(): void;
}

/** Opens the database in the role of this thread. The writer migrates it first, where it may. */
export const openStore = (setup: WorkerSetup): OpenStore =>
  setup.role === 'writer' ? openForWriting(setup) : openForReading(setup);

const openForWriting = ({ file, newInstallation, lockFile, migrateWith }: WorkerSetup): OpenStore => {
  const lock = lockFile === null ? null : lockOrRefuse(lockFile, file);
  try {
    if (migrateWith !== null) refuseWhenDue(file, migrateWith);
    const db = openWriter(file);
    try {
      const { installation } = migrate(db, { file, newInstallation });
      const sql = sqlOver(db);
      // We alone have it open, so every earlier lease is over.
      sql.run(instanceStatements.removeAll);
      return { db, sql, installation, close: () => closeAll(db, lock) };
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    lock?.release();
    throw error;
  }
};

const openForReading = ({ file }: WorkerSetup): OpenStore => {
  const db = openReader(file);
  return { db, sql: sqlOver(db), installation: null, close: () => db.close() };
};

const lockWaitMs = 10_000;

const lockOrRefuse = (lockFile: string, file: string): { release(): void } => {
  const lock = takeExclusiveLock(lockFile, lockWaitMs);
  if (lock) return lock;
  throw new RunyardError(
    'store-unavailable',
    `${file} is open in another Runyard: end that one, or give this host a file of its own.`,
  );
};

// The last connection to close writes the journal back into the file; it is bounded, since SQLite does so all the time.
const closeAll = (db: DatabaseSync, lock: { release(): void } | null): void => {
  try {
    db.close();
  } finally {
    lock?.release();
  }
};
