import type { DatabaseSync } from 'node:sqlite';
import { judgeVersion, type Migration, refuseNewer, type VersionVerdict } from '../../domain/store-version.ts';
import { metaStatements as meta } from '../shared/sql/statements/meta.ts';
import { migrations as ours } from './migrations/all-migrations.ts';
import { readMeta, readVersion } from './read-version.ts';
import { type Sql, sqlOver } from './sql.ts';

export interface MigrateOptions {
  file: string;
  /** The installation id that a new store gets. */
  newInstallation: string;
  migrations?: readonly Migration[];
}

export interface Migrated {
  installation: string;
  /** Versions; 0: there was no store. The same where nothing was due. */
  from: number;
  to: number;
}

/**
 * Brings the store to the newest version in one transaction, so that of several who try it at once one does it. A newer
 * store that this code still works on stays as it is. One that it does not understand, or another program's database,
 * is refused untouched. Whoever calls it is alone with the file, so no older code runs beside it.
 */
export const migrate = (db: DatabaseSync, { file, newInstallation, migrations = ours }: MigrateOptions): Migrated => {
  db.exec('BEGIN IMMEDIATE');
  try {
    const sql = sqlOver(db);
    const found = readVersion(sql, file);
    const verdict = judgeVersion(found, migrations);
    if (verdict.kind === 'too-new') throw refuseNewer(file, found!, migrations.length);
    if (verdict.kind === 'due') {
      sql.run(meta.create);
      if (verdict.from === 0) sql.run(meta.put, 'installation', newInstallation);
      for (const { step } of migrations.slice(verdict.from)) db.exec(step);
      writeVersion(sql, verdict);
    }
    const from = found?.version ?? 0;
    const to = verdict.kind === 'due' ? verdict.to : from;
    const installation = String(readMeta(sql, 'installation'));
    db.exec('COMMIT');
    return { installation, from, to };
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
};

const writeVersion = (sql: Sql, { to, worksSince }: Extract<VersionVerdict, { kind: 'due' }>): void => {
  sql.run(meta.put, 'version', String(to));
  sql.run(meta.put, 'works_since', String(worksSince));
};
