import { describeStore } from '@runyard/core/testing';
import { describe, expect, it } from 'vitest';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { postgresStore } from '../src/index.ts';
import { someHost } from './some-host.ts';

const postgres = usePostgres();

const suite = (name: string, options: { prepare?: boolean; listen?: boolean }) =>
  describe(name, () =>
    describeStore({
      describe,
      it,
      expect,
      create: async () => {
        const schema = postgres.schema();
        const store = postgresStore({ connectionString: postgres.url(), schema, ...options })(someHost());
        return { store, dispose: () => postgres.drop(schema) };
      },
    }),
  );

suite('postgresStore', {});
suite('postgresStore, as behind a pooler: nothing prepared, nobody listening', { prepare: false, listen: false });
