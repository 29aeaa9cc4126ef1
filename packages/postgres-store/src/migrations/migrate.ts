import {
  instanceStatements,
  judgeVersion,
  type Migration,
  metaStatements as meta,
  refuseDue,
  refuseNewer,
  refuseWhileOlderLives,
  type VersionVerdict,
} from '@runyard/core/sql';
import type { Database, Sql } from '../database/database.ts';
import { migrations as ours } from './all-migrations.ts';
import { type Found, readVersion } from './read-version.ts';
import { whereOf } from './where.ts';

export interface MigrateOptions {
  /** The installation id that a new store gets. */
  newInstallation: string;
  /** `check`: a migration that is due is refused. */
  mode?: 'auto' | 'check';
  migrations?: readonly Migration[];
}

export interface Migrated {
  /** 128 random bits as 32 hex digits, made at the first migration. */
  installation: string;
  /** Versions; 0: there was no store. The same where nothing was due. */
  from: number;
  to: number;
}

/**
 * Brings our schema to the newest version, all steps in one transaction, and makes it where there is none. Two that start at
 * once are safe: the second waits for the first and finds nothing left to do. A newer store that this code still works on
 * stays as it is. Throws `store-newer`; `store-older` where it may not migrate; `store-in-use` where hosts run whose code would not survive it.
 */
export const migrate = async (db: Database, options: MigrateOptions): Promise<Migrated> => {
  const { newInstallation, mode = 'auto', migrations = ours } = options;
  const seen = await readVersion(db, db.schema);
  const verdict = judge(seen, migrations, db.schema);
  // Without a lock, so that all but the first start wait for nobody.
  if (seen && verdict.kind === 'fits') return unchanged(seen);
  if (mode === 'check') throw refuseDue(whereOf(db.schema), verdict as Due, `--database URL --schema ${db.schema}`);
  return db.transaction(async (sql) => {
    await sql.script(lockFor(db.schema));
    const found = await readVersion(sql, db.schema);
    const due = judge(found, migrations, db.schema);
    if (due.kind === 'fits') return unchanged(found as Found);
    if (found && due.worksSince > found.version.worksSince) await outliveOlder(sql, due, db.schema);
    await prepareSchema(sql, db.schema);
    for (const { step } of migrations.slice(due.from)) await sql.script(step);
    if (due.from === 0) await sql.run(meta.put, 'installation', newInstallation);
    await sql.run(meta.put, 'version', String(due.to));
    await sql.run(meta.put, 'works_since', String(due.worksSince));
    return { installation: found?.installation ?? newInstallation, from: due.from, to: due.to };
  });
};

type Due = Extract<VersionVerdict, { kind: 'due' }>;

const judge = (
  found: Found | null,
  migrations: readonly Migration[],
  schema: string,
): Exclude<VersionVerdict, { kind: 'too-new' }> => {
  const verdict = judgeVersion(found?.version ?? null, migrations);
  if (verdict.kind !== 'too-new') return verdict;
  throw refuseNewer(whereOf(schema), (found as Found).version, migrations.length);
};

const unchanged = ({ installation, version }: Found): Migrated => ({
  installation,
  from: version.version,
  to: version.version,
});

// Hosts that begin meanwhile find out when they first renew their lease.
const outliveOlder = async (sql: Sql, { worksSince }: Due, schema: string): Promise<void> => {
  const [now] = (await sql.row('SELECT now_ms()')) ?? [];
  const older = await sql.rows(instanceStatements.olderThan, worksSince, now as number);
  if (older.length === 0) return;
  throw refuseWhileOlderLives(
    whereOf(schema),
    worksSince,
    older.map(([id]) => String(id)),
  );
};

const prepareSchema = async (sql: Sql, schema: string): Promise<void> => {
  if (!(await sql.row('SELECT 1 FROM pg_namespace WHERE nspname = $1', schema)))
    await sql.script(`CREATE SCHEMA "${schema}"`);
  await sql.script(`SET LOCAL search_path TO "${schema}"; ${createMeta}`);
};

const createMeta = 'CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)';

// Held to the end of the transaction. A migration may take long, so nothing here is given up for being slow.
const lockFor = (schema: string): string => `
  SET LOCAL statement_timeout = 0;
  SET LOCAL idle_in_transaction_session_timeout = 0;
  SELECT pg_advisory_xact_lock(hashtextextended('runyard migrates ${schema}', 0));`;
