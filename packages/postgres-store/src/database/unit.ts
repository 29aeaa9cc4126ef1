import type { Row } from '@runyard/core/sql';
import type { Waiting } from './connect.ts';
import type { Statement } from './database.ts';
import { isLost, unavailable } from './failures.ts';
import { flight } from './flight.ts';
import type { PgClient, PgPool, PgQuery } from './pool.ts';
import { plainQuery, type Queries } from './queries.ts';
import type { Sessions } from './session.ts';
import { type Stage, tryAgain } from './try-again.ts';

export interface Unit<T> {
  reads: readonly Statement[];
  /** Called again where the transaction is tried again. */
  decide(rows: Row[][]): { writes: readonly Statement[]; tell: readonly Statement[]; value: T };
}

interface Work<T> {
  unit: Unit<T>;
  sessions: Sessions;
  query: Queries;
}

/**
 * A transaction of two round trips: what has to be read, and what follows from it, together with the commit. With nothing to
 * read it is one. What the server answers is thrown as it is, for the caller to judge.
 */
export const unit = async <T>(pool: PgPool, waiting: Waiting, work: Work<T>): Promise<T> => {
  try {
    return await tryAgain(pool, waiting, (client, stage) => once(client, stage, work));
  } catch (error) {
    throw isLost(error) ? unavailable(error) : error;
  }
};

const once = async <T>(client: PgClient, stage: Stage, work: Work<T>): Promise<T> => {
  const { query } = work;
  const begin = work.sessions.begin(client);
  const { reads, decide } = work.unit;
  const ask = ({ text, values }: Statement): PgQuery => query.kept(text, values);
  const plain = (text: string): PgQuery => plainQuery(text, begin.query_timeout ?? 0);
  try {
    const [, ...found] = reads.length === 0 ? [] : await flight(client, [begin, ...reads.map(ask)]);
    const { writes, tell, value } = decide(found.map(({ rows }) => rows as unknown as Row[]));
    stage.committing = true;
    const first = reads.length === 0 ? [begin] : [];
    const answers = await flight(client, [...first, ...writes.map(ask), plain('COMMIT')], tell.map(ask));
    // A statement failed and the server has undone the whole.
    if (answers.at(-1)?.command !== 'COMMIT') throw new Error('PostgreSQL ended the transaction without keeping it.');
    return value;
  } catch (error) {
    if (!isLost(error)) await client.query(plain('ROLLBACK'));
    throw error;
  }
};
