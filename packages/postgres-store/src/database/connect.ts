import { setTimeout as sleep } from 'node:timers/promises';
import { isLost, unavailable } from './failures.ts';
import type { PgClient, PgPool } from './pool.ts';

export interface Waiting {
  /** How long a server that is away is waited for, ms. */
  patienceMs: number;
  signal: AbortSignal;
}

/** A connection of the pool; while the server is away it is asked for again and again. Nothing was sent yet, so that is safe. */
export const connect = async (pool: PgPool, waiting: Waiting): Promise<PgClient> =>
  patiently(() => pool.connect(), waiting);

/** Tries again, with growing pauses, what failed because the server was away. */
export const patiently = async <T>(act: () => Promise<T>, { patienceMs, signal }: Waiting): Promise<T> => {
  const until = performance.now() + patienceMs;
  for (let pauseMs = shortestMs; ; pauseMs = Math.min(pauseMs * 2, longestMs)) {
    try {
      return await act();
    } catch (error) {
      if (!isLost(error) || signal.aborted || performance.now() + pauseMs > until) throw unavailable(error);
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
};

const shortestMs = 50;
const longestMs = 1_000;

/**
 * Lends a connection for one use. It is not given back to the pool when it broke; and an error on it while it is lent, which
 * comes as an event too, must not end the host.
 */
export const withClient = async <T>(client: PgClient, act: (client: PgClient) => Promise<T>): Promise<T> => {
  client.on('error', ignore);
  let broken = true;
  try {
    const result = await act(client);
    broken = false;
    return result;
  } catch (error) {
    broken = isLost(error);
    throw error;
  } finally {
    client.release(broken);
    client.removeListener('error', ignore);
  }
};

const ignore = (): void => undefined;
