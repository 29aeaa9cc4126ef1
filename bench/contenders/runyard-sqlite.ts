import { BroadcastChannel } from 'node:worker_threads';
// From source, since the worker that counts is no part of the package.
import { functionExecutor } from '../../packages/core/src/adapters/function-executor/function-executor.ts';
import { sqliteStore } from '../../packages/core/src/adapters/sqlite-store/sqlite-store.ts';
import { createRunyard } from '../../packages/core/src/create-runyard.ts';
import { runyardOver } from './runyard.ts';

const worker = new URL('./counting-worker.ts', import.meta.url);

export const runyardSqlite = runyardOver({
  store: 'SQLite, full sync',
  server: null,
  create: (options) => createRunyard({ ...options, store: sqliteStore({ worker }) }),
  functionExecutor,
  async countCommits() {
    const channel = new BroadcastChannel('runyard-bench-commits');
    let commits = 0;
    channel.onmessage = () => commits++;
    return async () => {
      channel.close();
      return commits;
    };
  },
});
