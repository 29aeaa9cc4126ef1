import type { Waiting } from './connect.ts';
import type { Sql } from './database.ts';
import { isLost, unavailable } from './failures.ts';
import type { PgClient, PgPool } from './pool.ts';
import { plainQuery, type Queries } from './queries.ts';
import type { Sessions } from './session.ts';
import { sqlOn } from './sql-on.ts';
import { type Stage, tryAgain } from './try-again.ts';

interface Work<T> {
  act(sql: Sql): Promise<T>;
  sessions: Sessions;
  query: Queries;
}

/** All or nothing, one statement behind the other. */
export const transaction = async <T>(pool: PgPool, waiting: Waiting, work: Work<T>): Promise<T> => {
  try {
    return await tryAgain(pool, waiting, (client, stage) => once(client, stage, work));
  } catch (error) {
    throw unavailable(error);
  }
};

const once = async <T>(client: PgClient, stage: Stage, { act, sessions, query }: Work<T>): Promise<T> => {
  const begin = sessions.begin(client);
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
