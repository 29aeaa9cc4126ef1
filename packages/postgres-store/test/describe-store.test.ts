import type { Store } from '@runyard/core';
import { describeStore } from '@runyard/core/testing';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { postgresStore } from '../src/index.ts';
import { someHost } from './some-host.ts';

const postgres = usePostgres();

const suite = (name: string, make: (schema: string) => { store: Store; end?: () => Promise<void> }) =>
  describe(name, () =>
    describeStore({
      describe,
      it,
      expect,
      create: async () => {
        const schema = postgres.schema();
        const { store, end } = make(schema);
        const dispose = async (): Promise<void> => {
          await end?.();
          await postgres.drop(schema);
        };
        return { store, dispose };
      },
    }),
  );

suite('postgresStore', (schema) => ({
  store: postgresStore({ connectionString: postgres.url(), schema })(someHost()),
}));

// As behind a pooler that gives each transaction another connection. pg does not send ahead in a pool that is not told to.
suite('postgresStore on a pool of the host, with nothing prepared and nobody listening', (schema) => {
  const pool = new pg.Pool({ connectionString: postgres.url(), max: 4, maxUses: 3 });
  const store = postgresStore({ pool, schema, prepare: false, listen: false })(someHost());
  return { store, end: () => pool.end() };
});
