import { RunyardError } from '@runyard/core';
import { metaStatements as meta } from '@runyard/core/sql';
import type { Database, Sql } from '../database/database.ts';
import { migrations } from './all-migrations.ts';

export interface Migrated {
  /** 128 random bits as 32 hex digits, made at the first migration. */
  installation: string;
}

/**
 * Brings our schema to the newest version, all steps in one transaction, and makes it where there is none. Two that start at
 * once are safe: the second waits for the first and finds nothing left to do. Throws `store-newer`.
 */
export const migrate = async (db: Database, newInstallation: string): Promise<Migrated> => {
  const found = await read(db);
  if (found && found.version === migrations.length) return { installation: found.installation };
  return db.transaction(async (sql) => {
    await sql.script(lockFor(db.schema));
    const [there] = (await sql.row('SELECT to_regnamespace($1)::text', db.schema)) ?? [];
    if (there == null) await sql.script(`CREATE SCHEMA "${db.schema}"`);
    await sql.script(`SET LOCAL search_path TO "${db.schema}"; ${createMeta}`);
    const version = Number((await sql.row(meta.get, 'version'))?.[0] ?? 0);
    refuseNewer(version, db.schema);
    for (const migration of migrations.slice(version)) await sql.script(migration);
    if (version === 0) await sql.run(meta.put, 'installation', newInstallation);
    await sql.run(meta.put, 'version', String(migrations.length));
    return { installation: String((await sql.row(meta.get, 'installation'))?.[0]) };
  });
};

// Without a lock, so that all but the first start wait for nobody. Null: there is nothing of ours yet, or not all.
const read = async (db: Sql & { schema: string }): Promise<{ version: number; installation: string } | null> => {
  const [there] = (await db.row('SELECT to_regclass($1)::text', `"${db.schema}".meta`)) ?? [];
  if (there == null) return null;
  const values = new Map((await db.rows('SELECT key, value FROM meta')).map(([key, value]) => [key, value]));
  const version = Number(values.get('version') ?? 0);
  refuseNewer(version, db.schema);
  return { version, installation: String(values.get('installation')) };
};

const refuseNewer = (version: number, schema: string): void => {
  if (version <= migrations.length) return;
  throw new RunyardError(
    'store-newer',
    `The schema "${schema}" was made by a newer Runyard (store version ${version}, this one knows ${migrations.length}): upgrade @runyard/postgres-store, or give this host a schema of its own.`,
  );
};

const createMeta = 'CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)';

// Held to the end of the transaction. A migration may take long, so nothing here is given up for being slow.
const lockFor = (schema: string): string => `
  SET LOCAL statement_timeout = 0;
  SET LOCAL idle_in_transaction_session_timeout = 0;
  SELECT pg_advisory_xact_lock(hashtextextended('runyard migrates ${schema}', 0));`;
