import { describeLogStore } from '@runyard/core/testing';
import { describe, expect, it } from 'vitest';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { openLogStores } from './log-stores.ts';

describe('postgresLogStore', () => {
  const postgres = usePostgres();

  describeLogStore({
    describe,
    it,
    expect,
    create: async () => {
      const stores = openLogStores(postgres);
      return { store: stores.open(), beside: async () => stores.open(), dispose: stores.dispose };
    },
  });
});
