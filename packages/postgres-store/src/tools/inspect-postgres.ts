import { documentPromises, newestRunAt, type StoreInspection, storePromises } from '@runyard/core/sql';
import type { Database } from '../database/database.ts';
import { unavailable } from '../database/failures.ts';
import { newest, peopleSince } from '../migrations/all-migrations.ts';
import { readVersion } from '../migrations/read-version.ts';
import { whereOf } from '../migrations/where.ts';
import { type PostgresAddress, withDatabase } from './address.ts';

/** Looks through a whole store, for `runyard doctor`. Reads only. Throws `store-unavailable`. */
export const inspectPostgres = (address: PostgresAddress): Promise<StoreInspection> => withDatabase(address, inspect);

const inspect = async (db: Database): Promise<StoreInspection> => {
  const found = await readVersion(db, db.schema);
  const about = {
    where: whereOf(db.schema),
    version: found?.version ?? null,
    known: newest,
    installation: found?.installation ?? null,
    damage: [],
  };
  if (!found) return { ...about, broken: [], unreadable: [], newestRunAt: null, now: null };
  const unreadable = new Set<string>();
  const read = <T>(ask: () => Promise<T>, otherwise: T): Promise<T> =>
    ask().catch((error: unknown) => {
      unreadable.add(unavailable(error).message);
      return otherwise;
    });
  const promises = found.version.version < peopleSince ? storePromises : [...storePromises, ...documentPromises];
  const broken: { what: string; todo?: string; examples: string[] }[] = [];
  for (const { broken: what, sql, todo } of promises) {
    const examples = await read(async () => (await db.rows(sql)).map(([row]) => String(row)), []);
    if (examples.length > 0) broken.push({ what, ...(todo !== undefined && { todo }), examples });
  }
  const one = (text: string) => read(async () => ((await db.row(text))?.[0] as number | undefined) ?? null, null);
  const latest = await one(newestRunAt);
  return { ...about, broken, newestRunAt: latest, now: await one('SELECT now_ms()'), unreadable: [...unreadable] };
};
