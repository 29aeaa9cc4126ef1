import { RunyardError } from '../../domain/errors.ts';
import { parseVersion, type StoreVersion } from '../../domain/store-version.ts';
import { metaStatements as meta } from '../shared/sql/statements/meta.ts';
import type { Sql } from './sql.ts';

/** What the store says of its version; null: the file is empty. Another program's database is refused. Writes nothing. */
export const readVersion = (sql: Sql, file: string): StoreVersion | null => {
  const tables = sql.rows(meta.tables).map(([name]) => name);
  if (tables.length === 0) return null;
  if (!tables.includes('meta'))
    throw new RunyardError(
      'store-unavailable',
      `${file} is a SQLite database, but not one of Runyard: give \`sqliteStore({ file })\` a file of its own.`,
    );
  return parseVersion(file, readMeta(sql, 'version'), readMeta(sql, 'works_since'));
};

export const readMeta = (sql: Sql, key: string): string | undefined => {
  const value = sql.row(meta.get, key)?.[0];
  return value === undefined ? undefined : String(value);
};
