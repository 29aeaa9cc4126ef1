import type { Clock, Host, LogStore } from '@runyard/core';
import { systemClock } from '@runyard/core';
import { seededEntropy } from '@runyard/core/testing';
import type { TestPostgres } from '../../../test/postgres/use-postgres.ts';
import type { DatabaseOptions } from '../src/database/options.ts';
import { postgresLogStore } from '../src/log-store/postgres-log-store.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
let instances = 0;

/** Log stores of several instances on one fresh schema. */
export const openLogStores = (postgres: TestPostgres, clock: Clock = systemClock()) => {
  const schema = postgres.schema();
  return {
    schema,
    open: (options: DatabaseOptions = {}): LogStore => {
      const entropy = seededEntropy(++instances);
      const host: Host = { dataDir: '/nowhere', place: 'f'.repeat(32), clock, entropy, logger: silent };
      return postgresLogStore({ connectionString: postgres.url(), schema, ...options })(host);
    },
    dispose: () => postgres.drop(schema),
  };
};
