import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Waiting, withClient } from './connect.ts';
import { isConflict, isLost } from './failures.ts';
import type { PgClient, PgPool } from './pool.ts';

/** How far a transaction has come. */
export interface Stage {
  /** The commit was asked for: from now on a lost answer means that nobody knows. */
  committing: boolean;
}

const mostTries = 10;

/**
 * Does a whole transaction again after a deadlock or a serialization failure, and where the connection was lost before the commit was
 * asked for: then nothing of it happened. Throws what the last try threw.
 */
export const tryAgain = async <T>(
  pool: PgPool,
  waiting: Waiting,
  act: (client: PgClient, stage: Stage) => Promise<T>,
): Promise<T> => {
  const until = performance.now() + waiting.patienceMs;
  for (let tries = 1; ; tries++) {
    const client = await connect(pool, waiting);
    const stage: Stage = { committing: false };
    try {
      return await withClient(client, () => act(client, stage));
    } catch (error) {
      const again = isConflict(error) || (isLost(error) && !stage.committing && !waiting.hurry.aborted);
      if (!again || tries === mostTries || performance.now() > until) throw error;
      // At random, so that two that met do not meet again.
      await sleep(Math.random() * 10 * tries);
    }
  }
};
