import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Waiting, withClient } from './connect.ts';
import type { Sql } from './database.ts';
import { isConflict, isLost, unavailable } from './failures.ts';
import type { PgClient, PgPool, PgQuery } from './pool.ts';
import { type MakeQuery, plainQuery } from './queries.ts';
import { sqlOn } from './sql-on.ts';

/**
 * All or nothing. Done again after a deadlock or a serialization failure, and where the connection was lost before the commit
 * was asked for: then nothing of it happened. Once it was asked for and the answer was lost, nobody knows: that rejects.
 */
export const transaction = async <T>(
  pool: PgPool,
  query: MakeQuery,
  options: { act(sql: Sql): Promise<T>; begin: PgQuery; waiting: Waiting },
): Promise<T> => {
  const { act, begin, waiting } = options;
  const until = performance.now() + waiting.patienceMs;
  for (let tries = 1; ; tries++) {
    const client = await connect(pool, waiting);
    const stage: Stage = { committing: false };
    try {
      return await withClient(client, () => once({ client, query, begin, act, stage }));
    } catch (error) {
      if (!again(error, stage, tries) || waiting.signal.aborted || performance.now() > until) throw unavailable(error);
      await sleep(Math.random() * 10 * tries, undefined, { signal: waiting.signal }).catch(() => undefined);
    }
  }
};

interface Stage {
  committing: boolean;
}

const mostTries = 10;

const again = (error: unknown, stage: Stage, tries: number): boolean =>
  tries < mostTries && (isConflict(error) || (isLost(error) && !stage.committing));

const once = async <T>(given: {
  client: PgClient;
  query: MakeQuery;
  begin: PgQuery;
  act(sql: Sql): Promise<T>;
  stage: Stage;
}): Promise<T> => {
  const { client, query, begin, act, stage } = given;
  const plain = (text: string) => client.query(plainQuery(text, begin.query_timeout ?? 0));
  await client.query(begin);
  try {
    const result = await act(sqlOn(client, query));
    stage.committing = true;
    const { command } = await plain('COMMIT');
    // A statement failed and its error was swallowed: the server has undone the whole.
    if (command !== 'COMMIT') throw new Error('PostgreSQL ended the transaction without keeping it.');
    return result;
  } catch (error) {
    if (!isLost(error)) await plain('ROLLBACK');
    throw error;
  }
};
