import { describeLogStore } from '@runyard/core/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { askPostgres } from '../../../test/postgres/ask-postgres.ts';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { openLogStores } from './log-stores.ts';

describe('postgresLogStore', () => {
  const postgres = usePostgres();
  const stores = openLogStores(postgres);
  afterAll(stores.dispose);

  // Every rule gets the same tables, without a log in them.
  const empty = async (): Promise<void> => {
    await askPostgres(postgres.url(), `TRUNCATE "${stores.schema}".logs, "${stores.schema}".log_chunks`);
  };
  describeLogStore({
    describe,
    it,
    expect,
    create: async () => ({ store: stores.open(), beside: async () => stores.open(), dispose: empty }),
  });
});
