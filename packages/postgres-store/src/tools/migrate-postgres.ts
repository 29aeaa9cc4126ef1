import { randomBytes } from 'node:crypto';
import type { StoreVersion } from '@runyard/core/sql';
import { newest } from '../migrations/all-migrations.ts';
import { migrate } from '../migrations/migrate.ts';
import { readVersion } from '../migrations/read-version.ts';
import { whereOf } from '../migrations/where.ts';
import { type PostgresAddress, withDatabase } from './address.ts';

/** The version of a store; null: there is none. `known` is what this code makes. Reads only. Throws `store-unavailable`. */
export const postgresVersion = (
  address: PostgresAddress,
): Promise<{ where: string; version: StoreVersion | null; known: number }> =>
  withDatabase(address, async (db) => ({
    where: whereOf(db.schema),
    version: (await readVersion(db, db.schema))?.version ?? null,
    known: newest,
  }));

/**
 * Migrates a store, or makes it, as `postgresStore` does when it is opened; hosts may run meanwhile. Versions; `from` is 0 where there
 * was none. Throws `store-newer`, `store-in-use`, `store-unavailable`.
 */
export const migratePostgres = (
  address: PostgresAddress,
): Promise<{ where: string; from: number; to: number; known: number }> =>
  withDatabase(address, async (db) => {
    const { from, to } = await migrate(db, { newInstallation: randomBytes(16).toString('hex') });
    return { where: whereOf(db.schema), from, to, known: newest };
  });
