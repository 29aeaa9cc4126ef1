import { setTimeout as sleep } from 'node:timers/promises';
import { RunyardError } from '@runyard/core';
import { isLost, unavailable } from './failures.ts';
import type { PgClient, PgPool } from './pool.ts';

export interface Waiting {
  /** How long a server that is away is waited for, ms. */
  patienceMs: number;
  /** Somebody waits for our end: from now on `hurriedMs` at most. What can be done is done all the same. */
  hurry: AbortSignal;
}

const hurriedMs = 1_000;

/** A connection of the pool; while the server is away it is asked for again and again. Nothing was sent yet, so that is safe. */
export const connect = async (pool: PgPool, waiting: Waiting): Promise<PgClient> =>
  patiently(() => lent(pool, waiting), waiting);

/** Tries again, with growing pauses, what failed because the server was away. */
export const patiently = async <T>(act: () => Promise<T>, { patienceMs, hurry }: Waiting): Promise<T> => {
  let until = performance.now() + patienceMs;
  let hurried = false;
  for (let pauseMs = shortestMs; ; pauseMs = Math.min(pauseMs * 2, longestMs)) {
    try {
      return await act();
    } catch (error) {
      if (hurry.aborted && !hurried) {
        hurried = true;
        until = Math.min(until, performance.now() + hurriedMs);
        pauseMs = shortestMs;
      }
      if (!isLost(error) || performance.now() + pauseMs > until) throw unavailable(error);
      await sleep(pauseMs, undefined, hurried ? {} : { signal: hurry }).catch(() => undefined);
    }
  }
};

/**
 * A connection of the pool, if it comes in time: a pool that was passed in may be used up by its host for as long as that likes. One
 * that comes late goes back at once.
 */
export const lent = (pool: PgPool, { patienceMs, hurry }: Waiting): Promise<PgClient> =>
  new Promise((resolve, reject) => {
    let isLate = false;
    const giveUp = (): void => {
      isLate = true;
      reject(noneFree());
    };
    let timer = setTimeout(giveUp, hurry.aborted ? hurriedMs : Math.max(patienceMs, shortestLendMs));
    const sooner = (): void => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, hurriedMs);
    };
    hurry.addEventListener('abort', sooner, { once: true });
    pool
      .connect()
      .then((client) => (isLate ? client.release() : resolve(client)), reject)
      .finally(() => {
        clearTimeout(timer);
        hurry.removeEventListener('abort', sooner);
      });
  });

// A pool of our own has its own limit for making one.
const shortestLendMs = 5_000;

const noneFree = (): RunyardError =>
  new RunyardError(
    'store-unavailable',
    'The pool gave no connection in time: look whether its host keeps them all, and let it have more (`max`); or whether the PostgreSQL server answers.',
  );

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
