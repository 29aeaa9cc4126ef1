import { createRunyard, functionExecutor } from '@runyard/core';
import { postgresStore } from '@runyard/postgres-store';
import pg from 'pg';
import { runyardOver } from './runyard.ts';

let database = '';

export const runyardPostgres = runyardOver({
  store: 'PostgreSQL',
  server: 'postgres',
  create(options, url) {
    database = url;
    return createRunyard({ ...options, store: postgresStore({ connectionString: url }) });
  },
  functionExecutor,
  // Of the whole server, which nobody else uses; its own readers are among them, of which there are few.
  async countCommits() {
    const before = await commitsOf(database);
    return async () => (await commitsOf(database)) - before;
  },
});

// Transactions that wrote something.
const commitsOf = async (connectionString: string): Promise<number> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ next: string }>(
      'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next',
    );
    return Number(rows[0]?.next);
  } finally {
    await client.end();
  }
};
