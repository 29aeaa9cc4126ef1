import type { Host, LogStore } from '@runyard/core';
import { openDatabase } from '../database/open-database.ts';
import type { DatabaseOptions } from '../database/options.ts';
import { migrate } from '../migrations/migrate.ts';
import { logStoreOn } from './log-store-on.ts';

/**
 * Keeps the logs of attempts in PostgreSQL while they are written, so that whichever instance is asked can show and follow them, also when
 * the host that ran the job is gone. Comes with `postgresStore()` by itself; this is for hosts whose other records are elsewhere.
 * The tables are made when they are first needed; then it may throw `store-newer`, and any call may reject with
 * `store-unavailable`.
 */
export const postgresLogStore =
  (options: DatabaseOptions = {}) =>
  (host: Host): LogStore => {
    const database = openDatabase(options);
    const ready = once(() => migrate(database, host.entropy.id()));
    const logs = logStoreOn({ database, clock: host.clock, holder: host.entropy.id(), ready });
    return {
      ...logs,
      async close() {
        await logs.close();
        await database.close();
      },
    };
  };

/** Done by the first who asks; again by the next one if it failed. */
const once = <T>(act: () => Promise<T>): (() => Promise<T>) => {
  let done: Promise<T> | null = null;
  return () => {
    done ??= act().catch((error: unknown) => {
      done = null;
      throw error;
    });
    return done;
  };
};
