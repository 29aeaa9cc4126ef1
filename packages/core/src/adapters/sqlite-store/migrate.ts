import type { DatabaseSync } from 'node:sqlite';
import { RunyardError } from '../../domain/errors.ts';
import { metaStatements as meta } from '../shared/sql/statements/meta.ts';
import { migrations } from './migrations/all-migrations.ts';
import { type Sql, sqlOver } from './sql.ts';

/**
 * Brings the store to the newest version in one transaction and returns its installation id, which the first
 * migration takes from `newInstallation`. A store made by a newer version, or another program's database, is refused
 * untouched.
 */
export const migrate = (db: DatabaseSync, options: { file: string; newInstallation: string }): string => {
  db.exec('BEGIN IMMEDIATE');
  try {
    const sql = sqlOver(db);
    const version = versionOf(sql, options.file);
    for (const migration of migrations.slice(version)) db.exec(migration);
    if (version === 0) sql.run(meta.put, 'installation', options.newInstallation);
    if (version < migrations.length) sql.run(meta.put, 'version', String(migrations.length));
    const installation = sql.row(meta.get, 'installation')?.[0];
    db.exec('COMMIT');
    return String(installation);
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
};

const versionOf = (sql: Sql, file: string): number => {
  const tables = sql.rows(meta.tables).map(([name]) => name);
  if (tables.length > 0 && !tables.includes('meta'))
    throw new RunyardError(
      'store-unavailable',
      `${file} is a SQLite database, but not one of Runyard: give \`sqliteStore({ file })\` a file of its own.`,
    );
  sql.run(meta.create);
  const version = Number(sql.row(meta.get, 'version')?.[0] ?? 0);
  if (version > migrations.length)
    throw new RunyardError(
      'store-newer',
      `${file} was made by a newer Runyard (store version ${version}, this one knows ${migrations.length}): upgrade @runyard/core, or give this host a data directory of its own.`,
    );
  return version;
};
