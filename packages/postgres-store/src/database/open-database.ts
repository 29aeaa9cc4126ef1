import { once } from 'node:events';
import pg from 'pg';
import { connect, patiently, withClient } from './connect.ts';
import type { Database, Value } from './database.ts';
import { startListener } from './listen.ts';
import type { DatabaseOptions } from './options.ts';
import type { PgClient, PgPool } from './pool.ts';
import { channelIn, checkSchema } from './qualify.ts';
import { plainQuery, queriesIn } from './queries.ts';
import { sqlOn } from './sql-on.ts';
import { transaction } from './transaction.ts';
import { unit } from './unit.ts';

/** Opens nothing yet: connections are made when they are needed. Throws `invalid-option`. */
export const openDatabase = (options: DatabaseOptions = {}): Database => {
  const schema = checkSchema(options.schema ?? 'runyard');
  const timeoutMs = options.statementTimeoutMs ?? 30_000;
  // The server gives a statement up first, so that we know that it did; we do where no answer comes at all.
  const answerMs = timeoutMs + 2_000;
  const query = queriesIn({ schema, prepare: options.prepare ?? true, timeoutMs: answerMs });
  const own = options.pool ? null : ownPool(options);
  const pool: PgPool = options.pool ?? (own as OwnPool).pool;
  const closing = new AbortController();
  const waiting = { patienceMs: options.patienceMs ?? 10_000, signal: closing.signal };
  const begin = plainQuery(beginText(timeoutMs), answerMs);

  // Without a listener the error of an idle connection, as at each restart of the server, would end the host.
  const ignore = (): void => undefined;
  pool.on('error', ignore);

  const listener = options.listen === false ? null : startListener(() => openListening(options, pool));

  // A lost answer is asked for again only where the text reads.
  const single = async <T>(text: string, ask: (client: PgClient) => Promise<T>): Promise<T> => {
    const once = async (): Promise<T> => withClient(await connect(pool, waiting), ask);
    return reads.test(text) ? patiently(once, waiting) : patiently(once, { ...waiting, patienceMs: 0 });
  };

  return {
    schema,
    rows: (text, ...values: Value[]) => single(text, (client) => sqlOn(client, query).rows(text, ...values)),
    row: (text, ...values: Value[]) => single(text, (client) => sqlOn(client, query).row(text, ...values)),
    run: (text, ...values: Value[]) => single(text, (client) => sqlOn(client, query).run(text, ...values)),
    script: (text) => single(text, (client) => sqlOn(client, query).script(text)),
    transaction: (act) => transaction(pool, waiting, { act, begin, query }),
    unit: (work) => unit(pool, waiting, { unit: work, begin, query }),
    listen: (channel, heard) => listener?.listen(channelIn(schema, channel), heard) ?? ignore,
    close: () =>
      keepingAlive(async () => {
        closing.abort();
        await listener?.close();
        if (own) await own.end();
        else pool.removeListener('error', ignore);
      }),
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

const reads = /^\s*SELECT\b/;

/**
 * A process that is stopped in the middle of a transaction would hold its locks, and everyone up, for as long as it is. So
 * the server ends it; and a statement that we have given up is given up there too. Told in each transaction, since behind a
 * pooler nothing else is ours. Plans are kept, so they must not be made for tables that are small only today.
 */
const beginText = (timeoutMs: number): string =>
  [
    'BEGIN',
    `SET LOCAL statement_timeout = ${timeoutMs}`,
    'SET LOCAL idle_in_transaction_session_timeout = 10000',
    'SET LOCAL enable_seqscan = off',
    'SET LOCAL enable_hashjoin = off',
    'SET LOCAL enable_mergejoin = off',
  ].join('; ');

interface OwnPool {
  pool: PgPool;
  /** Its connections are gone when this resolves, not only asked to go. */
  end(): Promise<void>;
}

const ownPool = (options: DatabaseOptions): OwnPool => {
  const pool = new pg.Pool({
    ...connectionOf(options),
    max: options.maxConnections ?? 5,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    // An idle pool keeps no process alive.
    allowExitOnIdle: true,
    pipeline: true,
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
const openListening = async (options: DatabaseOptions, pool: PgPool): Promise<PgClient> => {
  const own = typeof options.listen === 'object' ? options.listen.connectionString : undefined;
  if (options.pool && own === undefined) return pool.connect();
  const client = new pg.Client({
    ...connectionOf(options),
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    ...(own === undefined ? {} : { connectionString: own }),
  });
  await client.connect();
  // It waits for others all the time, which is no reason for a process to go on.
  (client as unknown as { unref(): void }).unref();
  return Object.assign(client, { release: () => void client.end().catch(() => undefined) }) as unknown as PgClient;
};
