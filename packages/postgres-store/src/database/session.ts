import type { PgClient, PgQuery } from './pool.ts';
import { plainQuery } from './queries.ts';

/** What holds for our statements on a connection, and how it is said. */
export interface Sessions {
  /** Call it once with each new connection of a pool of our own. */
  settle(client: PgClient): Promise<void>;
  begin(client: PgClient): PgQuery;
  /** A plan that is kept on this connection would be made without our settings, unless in a transaction that begins with them. */
  needsTransaction(client: PgClient): boolean;
}

/**
 * - A process that is stopped in the middle of a transaction would hold its locks, and everyone up, for as long as it is. So the server
 *   ends it; and a statement that we have given up is given up there too.
 * - A guard is read under a lock, and has to see what the lock's last holder committed: that is READ COMMITTED, whatever else the
 *   database was told to begin with.
 * - Plans are kept. One that reads a whole table, since that is small today, would still do so when it has a million rows.
 *
 * On a connection of our own that is said once. Behind a pooler, where the next transaction may be on another connection and this one
 * somebody else's, and in a pool of the host, it is said in each transaction.
 */
export const sessionsWith = (options: { timeoutMs: number; answerMs: number; prepare: boolean }): Sessions => {
  const { timeoutMs, answerMs, prepare } = options;
  const settled = new WeakSet<PgClient>();
  const settings = settingsOf(timeoutMs);
  const plainBegin = plainQuery(begin, answerMs);
  const fullBegin = plainQuery([begin, ...settings.map((each) => `SET LOCAL ${each}`)].join('; '), answerMs);
  return {
    async settle(client) {
      const { rows } = await client.query(plainQuery('SELECT pg_backend_pid()', answerMs));
      // A pooler tells its clients another number than that of the server's process.
      if (client.processID == null || rows[0]?.[0] !== client.processID) return;
      await client.query(plainQuery([...settings, isolation].map((each) => `SET ${each}`).join('; '), answerMs));
      settled.add(client);
    },
    begin: (client) => (settled.has(client) ? plainBegin : fullBegin),
    needsTransaction: (client) => prepare && !settled.has(client),
  };
};

const begin = 'BEGIN ISOLATION LEVEL READ COMMITTED';
// For what is asked outside of a transaction.
const isolation = "default_transaction_isolation = 'read committed'";

const settingsOf = (timeoutMs: number): string[] => [
  `statement_timeout = ${timeoutMs}`,
  'idle_in_transaction_session_timeout = 10000',
  'enable_seqscan = off',
  'enable_hashjoin = off',
  'enable_mergejoin = off',
  // Compiling takes longer than any of our statements.
  'jit = off',
  'bytea_output = hex',
];
