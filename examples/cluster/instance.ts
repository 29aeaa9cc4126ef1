// One instance of a service, started by main.ts: an Express app with Runyard in it. All instances share the database; each has a data directory of its own.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createRunyard, type TokenRecord } from '@runyard/core';
import { runyardRouter } from '@runyard/express-router';
import { postgresStore } from '@runyard/postgres-store';
import express from 'express';
import { jobs } from './jobs.ts';

/** What main.ts hands over. */
export interface Setup {
  dataDir: string;
  database: string;
  token: TokenRecord;
}

/** What it is told. */
export type News =
  | { what: 'up'; url: string }
  | { what: 'fired'; jobId: string }
  | { what: 'running' | 'succeeded'; runId: string; trigger: string };

const tell = (news: News): void => void process.send?.(news);

const { dataDir, database, token } = JSON.parse(process.argv[2] ?? '') as Setup;
const runyard = await createRunyard({
  dataDir,
  store: postgresStore({ connectionString: database, maxConnections: 3 }),
  tokens: [token],
  // So that the others know after 2 s, and not after 10, that somebody is gone.
  timings: { leaseMs: 2_000, pollMs: 500 },
});
// Of what each instance did itself; the others hear of it from the store.
runyard.on('occurrence.recorded', ({ occurrence }) => tell({ what: 'fired', jobId: occurrence.jobId }));
for (const what of ['running', 'succeeded'] as const)
  runyard.on(`run.${what}`, ({ run }) => tell({ what, runId: run.id, trigger: run.trigger }));
await runyard.jobs.apply(jobs);

const server = express().use(runyardRouter(runyard)).listen(0, '127.0.0.1');
await once(server, 'listening');
tell({ what: 'up', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api` });

process.once('SIGTERM', async () => {
  server.close();
  server.closeAllConnections();
  await runyard.close(); // lets go of what it looks after; others take it up
  process.disconnect();
});
