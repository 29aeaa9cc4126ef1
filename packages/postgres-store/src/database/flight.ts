import type { PgClient, PgQuery, PgResult } from './pool.ts';

/**
 * Sends all at once and waits for all, where pg can; else one behind the other. Throws what the first that failed says: those behind
 * it were refused for its sake, and a COMMIT among them undid the transaction. What becomes of those `behind` it is no matter.
 */
export const flight = async (
  client: PgClient,
  queries: readonly PgQuery[],
  behind: readonly PgQuery[] = [],
): Promise<PgResult[]> => {
  const ask = (query: PgQuery): Promise<PgResult> => client.query(query);
  if (client.pipeline !== true) {
    const results: PgResult[] = [];
    for (const query of queries) results.push(await ask(query));
    for (const query of behind) await ask(query).catch(ignore);
    return results;
  }
  const asked = queries.map(ask);
  const last = behind.map((query) => ask(query).catch(ignore));
  const settled = await Promise.allSettled(asked);
  await Promise.all(last);
  return settled.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
};

const ignore = (): void => undefined;
