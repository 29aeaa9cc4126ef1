import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';
import type { Host } from '../src/ports/host.ts';
import type { Store, StoreInfo } from '../src/ports/store.ts';
import { describeStore } from '../src/testing/describe-store/describe-store.ts';
import { temporaryHost } from './temporary-host.ts';

describe('sqliteStore', () => {
  let host: Host & AsyncDisposable;
  let store: Store;
  let info: StoreInfo;

  beforeAll(async () => {
    host = await temporaryHost();
    store = sqliteStore()(host);
    info = await store.open();
  });

  afterAll(async () => {
    await store.close();
    await host[Symbol.asyncDispose]();
  });

  // Every rule gets the same threads and statements and an empty database: opening and closing have tests of their own.
  describeStore({
    describe,
    it,
    expect,
    create: async () => ({
      store: { ...store, open: async () => info, close: async () => {} },
      dispose: async () => emptyTables(host),
    }),
  });
});

const emptyTables = ({ dataDir }: Host): void => {
  const db = new DatabaseSync(join(dataDir, 'runyard.db'), { timeout: 5_000 });
  const tables = [
    'jobs',
    'job_revisions',
    'schedules',
    'occurrences',
    'runs',
    'attempts',
    'instances',
    'documents',
    'audit',
  ];
  db.exec(tables.map((table) => `DELETE FROM ${table};`).join('\n'));
  db.close();
};
