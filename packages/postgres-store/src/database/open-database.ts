import { once } from 'node:events';
import { RunyardError } from '@runyard/core';
import type { Row } from '@runyard/core/sql';
import pg from 'pg';
import { connect, lent, patiently, type Waiting, withClient } from './connect.ts';
import type { Database, Value } from './database.ts';
import { isLost } from './failures.ts';
import { flight } from './flight.ts';
import { startListener } from './listen.ts';
import type { DatabaseOptions } from './options.ts';
import type { PgClient, PgErrors, PgPool, PgQuery, PgResult } from './pool.ts';
import { channelIn, checkSchema } from './qualify.ts';
import { plainQuery, queriesIn } from './queries.ts';
import { type Sessions, sessionsWith } from './session.ts';
import { sqlOn } from './sql-on.ts';
import { transaction } from './transaction.ts';
import { unit } from './unit.ts';

/** Opens nothing yet: connections are made when they are needed. Throws `invalid-option`. */
export const openDatabase = (options: DatabaseOptions = {}): Database => {
  const schema = checkSchema(options.schema ?? 'runyard');
  const timeoutMs = options.statementTimeoutMs ?? 30_000;
  // The server gives a statement up first, so that we know that it did; we do where no answer comes at all.
  const answerMs = timeoutMs + 2_000;
  const prepare = options.prepare ?? true;
  const query = queriesIn({ schema, prepare, timeoutMs: answerMs });
  const sessions = sessionsWith({ timeoutMs, answerMs, prepare });
  const own = options.pool ? null : ownPool(options, sessions);
  const pool: PgPool = options.pool ?? (own as OwnPool).pool;
  checkRoom(options);
  const hurrying = new AbortController();
  const waiting: Waiting = { patienceMs: options.patienceMs ?? 10_000, hurry: hurrying.signal };

  // Without a listener the error of an idle connection, as at each restart of the server, would end the host.
  pool.on('error', ignore);
  const heard = hearAll(pool);

  const listener = options.listen === false ? null : startListener(() => openListening(options, pool, waiting));

  // A lost answer is asked for again only where the text reads.
  const single = (text: string, values: readonly Value[], make = query.kept): Promise<PgResult> => {
    const asked = make(text, values);
    const once = async (): Promise<PgResult> =>
      withClient(await connect(pool, waiting), (client) =>
        sessions.needsTransaction(client) ? inTransaction(client, sessions.begin(client), asked) : client.query(asked),
      );
    return patiently(once, reads.test(text) ? waiting : { ...waiting, patienceMs: 0 });
  };

  return {
    schema,
    rows: async (text, ...values) => (await single(text, values)).rows as unknown as Row[],
    row: async (text, ...values) => (await single(text, values)).rows[0] as unknown as Row | undefined,
    list: async (text, ...values) => (await single(text, values, query.once)).rows as unknown as Row[],
    run: async (text, ...values) => (await single(text, values)).rowCount ?? 0,
    script: (text) =>
      patiently(async () => withClient(await connect(pool, waiting), (client) => sqlOn(client, query).script(text)), {
        ...waiting,
        patienceMs: 0,
      }),
    transaction: (act) => transaction(pool, waiting, { act, sessions, query }),
    unit: (work) => unit(pool, waiting, { unit: work, sessions, query }),
    listen: (channel, heard) => listener?.listen(channelIn(schema, channel), heard) ?? ignore,
    hurry: () => hurrying.abort(),
    close: () =>
      keepingAlive(async () => {
        hurrying.abort();
        await listener?.close();
        if (own) await own.end();
        else {
          pool.removeListener('error', ignore);
          heard.end();
        }
      }),
  };
};

const ignore = (): void => undefined;

// The one that listens is never given back, so that we would wait for it until the end.
const checkRoom = ({ pool, listen }: DatabaseOptions): void => {
  if (pool?.options?.max !== 1 || listen === false || typeof listen === 'object') return;
  throw new RunyardError(
    'invalid-option',
    '`pool` has a single connection, and one is kept out of it to listen: let it have two or more (`max`), or give `listen: false`, or an address to listen at.',
    { field: 'pool', expected: 'max of 2 or more', received: '1' },
  );
};

// From its first moment: a server that stops may let us in and end it in one breath, before whoever asked has it.
const hearErrors = (client: PgErrors): void => void client.on('error', ignore);

// Of a pool that stays the host's nothing of ours is left on its connections.
const hearAll = (pool: PgPool): { end(): void } => {
  const clients = new Set<PgErrors>();
  const added = (client: PgErrors): void => {
    clients.add(client);
    hearErrors(client);
  };
  const removed = (client: PgErrors): void => void clients.delete(client);
  pool.on('connect', added);
  pool.on('remove', removed);
  return {
    end() {
      pool.removeListener('connect', added);
      pool.removeListener('remove', removed);
      for (const client of clients) client.removeListener('error', ignore);
    },
  };
};

// Idle connections keep no process alive, but whoever awaits their end has to see it.
const keepingAlive = async (act: () => Promise<void>): Promise<void> => {
  const alive = setInterval(() => undefined, 1_000);
  try {
    await act();
  } finally {
    clearInterval(alive);
  }
};

const inTransaction = async (client: PgClient, begin: PgQuery, asked: PgQuery): Promise<PgResult> => {
  try {
    const [, result] = await flight(client, [begin, asked, plainQuery('COMMIT', begin.query_timeout ?? 0)]);
    return result as PgResult;
  } catch (error) {
    if (!isLost(error)) await client.query(plainQuery('ROLLBACK', begin.query_timeout ?? 0));
    throw error;
  }
};

const reads = /^\s*SELECT\b/;

interface OwnPool {
  pool: PgPool;
  /** Its connections are gone when this resolves, not only asked to go. */
  end(): Promise<void>;
}

const ownPool = (options: DatabaseOptions, sessions: Sessions): OwnPool => {
  const pool = new pg.Pool({
    ...connectionOf(options),
    max: options.maxConnections ?? 5,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    // An idle pool keeps no process alive.
    allowExitOnIdle: true,
    pipeline: true,
    onConnect: (client: unknown) => sessions.settle(client as PgClient),
  } as pg.PoolConfig);
  let open = 0;
  pool.on('connect', () => open++);
  pool.on('remove', () => open--);
  const end = async (): Promise<void> => {
    await pool.end();
    while (open > 0) await once(pool, 'remove');
  };
  return { pool: pool as unknown as PgPool, end };
};

const connectionOf = (options: DatabaseOptions): pg.ClientConfig => ({
  application_name: 'runyard',
  keepAlive: true,
  ...options.connection,
  ...(options.connectionString === undefined ? {} : { connectionString: options.connectionString }),
});

// A pool that was passed in lends one of its connections, unless there is an address for it.
const openListening = async (options: DatabaseOptions, pool: PgPool, waiting: Waiting): Promise<PgClient> => {
  const own = typeof options.listen === 'object' ? options.listen.connectionString : undefined;
  if (options.pool && own === undefined) return lent(pool, waiting);
  const client = new pg.Client({
    ...connectionOf(options),
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    ...(own === undefined ? {} : { connectionString: own }),
  });
  hearErrors(client);
  await client.connect();
  // It waits for others all the time, which is no reason for a process to go on.
  (client as unknown as { unref(): void }).unref();
  return Object.assign(client, { release: () => void client.end().catch(() => undefined) }) as unknown as PgClient;
};
