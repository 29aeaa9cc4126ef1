import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '@runyard/core/sql';
import { connect, type Waiting, withClient } from './connect.ts';
import type { Statement } from './database.ts';
import { isConflict, isLost, unavailable } from './failures.ts';
import type { PgClient, PgPool, PgQuery, PgResult } from './pool.ts';
import { type MakeQuery, plainQuery } from './queries.ts';

export interface Unit<T> {
  reads: readonly Statement[];
  /** Called again where the transaction is tried again. */
  decide(rows: Row[][]): { writes: readonly Statement[]; value: T };
}

/**
 * A transaction of two round trips: what has to be read, and what follows from it, together with the commit. With nothing to
 * read it is one. Done again as `transaction` is; once the second was sent and its answer lost, nobody knows: that rejects.
 */
export const unit = async <T>(
  pool: PgPool,
  query: MakeQuery,
  options: { unit: Unit<T>; begin: PgQuery; waiting: Waiting },
): Promise<T> => {
  const { begin, waiting } = options;
  const until = performance.now() + waiting.patienceMs;
  for (let tries = 1; ; tries++) {
    const client = await connect(pool, waiting);
    const stage = { committing: false };
    try {
      return await withClient(client, () => once({ client, query, begin, unit: options.unit, stage }));
    } catch (error) {
      const again = tries < mostTries && (isConflict(error) || (isLost(error) && !stage.committing));
      if (!again || waiting.signal.aborted || performance.now() > until) throw known(error);
      await sleep(Math.random() * 10 * tries, undefined, { signal: waiting.signal }).catch(() => undefined);
    }
  }
};

const mostTries = 10;

// An answer of the server is for the caller to judge.
const known = (error: unknown): unknown => (isLost(error) ? unavailable(error) : error);

const once = async <T>(given: {
  client: PgClient;
  query: MakeQuery;
  begin: PgQuery;
  unit: Unit<T>;
  stage: { committing: boolean };
}): Promise<T> => {
  const { client, query, begin, unit, stage } = given;
  const ask = ({ text, values }: Statement): PgQuery => query(text, values);
  const plain = (text: string): PgQuery => plainQuery(text, begin.query_timeout ?? 0);
  const { reads, decide } = unit;
  try {
    const [, ...found] = reads.length === 0 ? [] : await flight(client, [begin, ...reads.map(ask)]);
    const { writes, value } = decide(found.map(({ rows }) => rows as unknown as Row[]));
    stage.committing = true;
    const first = reads.length === 0 ? [begin] : [];
    const answers = await flight(client, [...first, ...writes.map(ask), plain('COMMIT')]);
    // A statement failed and the server has undone the whole.
    if (answers.at(-1)?.command !== 'COMMIT') throw new Error('PostgreSQL ended the transaction without keeping it.');
    return value;
  } catch (error) {
    if (!isLost(error)) await client.query(plain('ROLLBACK'));
    throw error;
  }
};

/**
 * Sends all at once and waits for all, where pg can; else one behind the other. Throws what the first that failed says: those behind
 * it were refused for its sake, and a COMMIT among them undid the transaction.
 */
const flight = async (client: PgClient, queries: readonly PgQuery[]): Promise<PgResult[]> => {
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
