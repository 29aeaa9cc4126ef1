import type { Database } from '../database/database.ts';
import { openDatabase } from '../database/open-database.ts';

/** Where the command line finds a store. */
export interface PostgresAddress {
  connectionString: string;
  /** Default: `runyard`. */
  schema?: string;
}

/** With a connection to it, which is closed in any case. Nothing hears of news, and a large table may take its time. */
export const withDatabase = async <T>(address: PostgresAddress, use: (db: Database) => Promise<T>): Promise<T> => {
  const db = openDatabase({ ...address, maxConnections: 1, listen: false, statementTimeoutMs: 600_000, patienceMs: 0 });
  try {
    return await use(db);
  } finally {
    await db.close();
  }
};
