import { parseVersion, type StoreVersion } from '@runyard/core/sql';
import type { Sql } from '../database/database.ts';
import { whereOf } from './where.ts';

export interface Found {
  version: StoreVersion;
  installation: string;
}

/** What the store says of itself; null: there is nothing of ours yet, or not all. Writes nothing and waits for nobody. */
export const readVersion = async (db: Sql, schema: string): Promise<Found | null> => {
  if (!(await db.row(hasMeta, schema))) return null;
  const values = new Map((await db.rows('SELECT key, value FROM meta')).map(([key, value]) => [key, value as string]));
  const version = parseVersion(whereOf(schema), values.get('version'), values.get('works_since'));
  return version && { version, installation: String(values.get('installation')) };
};

// Asked of the catalogue: `to_regclass` answers from a cache, which does not hear of what was made while we waited for a lock.
const hasMeta =
  "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = 'meta'";
