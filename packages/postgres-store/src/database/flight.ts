import type { PgClient, PgQuery, PgResult } from './pool.ts';

/**
 * Sends all at once and waits for all, where pg can; else one behind the other. Throws what the first that failed says: those behind
 * it were refused for its sake, and a COMMIT among them undid the transaction.
 */
export const flight = async (client: PgClient, queries: readonly PgQuery[]): Promise<PgResult[]> => {
  if (client.pipeline !== true) {
    const results: PgResult[] = [];
    for (const query of queries) results.push(await client.query(query));
    return results;
  }
  const settled = await Promise.allSettled(queries.map((query) => client.query(query)));
  return settled.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
};
