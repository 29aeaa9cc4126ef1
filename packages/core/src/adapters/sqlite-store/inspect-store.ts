import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { StoreVersion } from '../../domain/store-version.ts';
import type { StoreInspection } from '../../ports/store-inspection.ts';
import { documentPromises, newestRunAt, storePromises } from '../shared/sql/promises.ts';
import { fromFailure, toFailure } from './failures.ts';
import { newest, peopleSince } from './migrations/all-migrations.ts';
import { openReader, openToLook } from './open-database.ts';
import { readMeta, readVersion } from './read-version.ts';
import { type Sql, sqlOver } from './sql.ts';

/**
 * Looks through the whole file, without writing to it. Throws what `readVersion` throws, and `store-unavailable` where the
 * file cannot be opened at all.
 */
export const inspectStore = (file: string): StoreInspection => lookAt(file, inspect, nothing(file));

/** The version alone; null: there is no store. */
export const versionOfStore = (file: string): StoreVersion | null =>
  lookAt(file, (sql) => readVersion(sql, file), null);

// Without a journal nothing locks a reader out: when a host has begun to write meanwhile, it looks again beside that.
const lookAt = <T>(file: string, look: (sql: Sql, file: string) => T, none: T): T => {
  if (!existsSync(file)) return none;
  const quiet = !existsSync(`${file}-wal`);
  const disturbed = (): boolean => quiet && existsSync(`${file}-wal`);
  try {
    const seen = readThrough(openToLook, file, look);
    if (!disturbed()) return seen;
  } catch (error) {
    if (!disturbed()) throw error;
  }
  return readThrough(openReader, file, look);
};

const readThrough = <T>(open: (file: string) => DatabaseSync, file: string, look: (sql: Sql, file: string) => T): T => {
  try {
    const db = open(file);
    try {
      return look(sqlOver(db), file);
    } finally {
      db.close();
    }
  } catch (error) {
    throw fromFailure(toFailure(error, file));
  }
};

const inspect = (sql: Sql, file: string): StoreInspection => {
  const version = readVersion(sql, file);
  if (version === null) return nothing(file);
  const unreadable: string[] = [];
  const read = <T>(ask: () => T, otherwise: T): T => {
    try {
      return ask();
    } catch (error) {
      unreadable.push(toFailure(error, file).message);
      return otherwise;
    }
  };
  const damage = read(() => sql.rows('PRAGMA integrity_check(20)').map(([line]) => String(line)), []);
  const promises = version.version < peopleSince ? storePromises : [...storePromises, ...documentPromises];
  const broken = promises
    .map(({ broken: what, sql: text, todo }) => ({
      what,
      ...(todo !== undefined && { todo }),
      examples: read(() => sql.rows(text).map(([row]) => String(row)), []),
    }))
    .filter(({ examples }) => examples.length > 0);
  return {
    ...nothing(file),
    version,
    installation: read(() => readMeta(sql, 'installation') ?? null, null),
    damage: damage.filter((line) => line !== 'ok'),
    broken,
    newestRunAt: read(() => (sql.row(newestRunAt)?.[0] as number | undefined) ?? null, null),
    unreadable: [...new Set(unreadable)],
  };
};

const nothing = (file: string): StoreInspection => ({
  where: file,
  version: null,
  known: newest,
  installation: null,
  damage: [],
  broken: [],
  unreadable: [],
  newestRunAt: null,
  now: null,
});
