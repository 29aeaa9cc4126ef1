import { systemClock } from '../../packages/core/src/adapters/system-clock/system-clock.ts';
import { systemEntropy } from '../../packages/core/src/adapters/system-entropy/system-entropy.ts';
import type { Host } from '../../packages/core/src/ports/host.ts';
import { postgresStore } from '../../packages/postgres-store/src/index.ts';
import { askPostgres } from '../postgres/ask-postgres.ts';
import { type PostgresServer, startPostgres } from '../postgres/postgres-server.ts';
import { beginAudit, readUnfenced } from './audit.ts';
import type { HostSetup, StoreTime } from './host/setup.ts';

/** A PostgreSQL of our own, which may be restarted and killed, and a store in it. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: NonNullable<HostSetup['database']>;
  readonly server: PostgresServer;
  /** Writes by a process that did not hold the lease. */
  unfenced(): Promise<string[]>;
}

/** With a store time, that is what the database says the time is. */
export const startDatabase = async (storeTime: StoreTime | null): Promise<TestDatabase> => {
  // A commit that was answered survives a crash of the server; the machine itself does not crash here.
  const server = await startPostgres({ settings: { synchronous_commit: 'on' } });
  const database = { url: server.url, schema: 'crash' };
  try {
    const store = postgresStore({ connectionString: database.url, schema: database.schema })(nobody);
    await store.open();
    await store.close();
    if (storeTime) await askPostgres(database.url, nowAt(database.schema, storeTime));
    await beginAudit(database.url, database.schema);
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  const unfenced = (): Promise<string[]> => readUnfenced(database.url);
  return { database, server, unfenced, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
};

const nowAt = (schema: string, { origin, factor }: StoreTime): string => `
CREATE OR REPLACE FUNCTION ${schema}.now_ms() RETURNS BIGINT LANGUAGE sql VOLATILE AS
  'SELECT (${origin} + (extract(epoch FROM clock_timestamp()) * 1000 - ${origin}) * ${factor})::bigint'`;

const quiet = (): void => {};
const nobody: Host = {
  dataDir: '/nowhere',
  place: 'nowhere',
  clock: systemClock(),
  entropy: systemEntropy(),
  logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
};
