import type { PgPool } from './pool.ts';

/** How the database is reached. One of `pool`, `connectionString` and `connection`; with none, pg's own `PGHOST` and so on. */
export interface DatabaseOptions {
  /** A pool of pg's that the host has: it stays the host's, and `close()` does not end it. One connection is kept out of it to listen, so it needs two. */
  pool?: PgPool;
  /** `postgres://user:password@host:5432/database`. */
  connectionString?: string;
  /** Passed to pg as it is: `host`, `port`, `user`, `password`, `database`, `ssl`, … */
  connection?: Readonly<Record<string, unknown>>;
  /** The schema that holds all our tables; made at the first start. Default: `runyard`. */
  schema?: string;
  /** Connections at most, in a pool of our own. Default: 5. One more listens. */
  maxConnections?: number;
  /** Keep prepared statements on each connection. Default: true. Turn it off behind a pooler that cannot. */
  prepare?: boolean;
  /** false: hear nothing from other instances, and only look from time to time. An address: listen there, past a pooler. Default: true. */
  listen?: boolean | { connectionString: string };
  /** A statement that takes longer is given up, ms. Default: 30,000. */
  statementTimeoutMs?: number;
  /** A connection that takes longer to make is given up, ms; for a pool of our own. Default: 5,000. */
  connectTimeoutMs?: number;
  /** How long a server that is away is waited for before a call rejects with `store-unavailable`, ms. Default: 10,000. */
  patienceMs?: number;
  /**
   * `auto` makes our tables, and brings older ones to the version of this code; `check` refuses with `store-older` where that is due,
   * for hosts whose user may not change tables: then `runyard migrate` does it. Default: `auto`.
   */
  migrate?: 'auto' | 'check';
}
