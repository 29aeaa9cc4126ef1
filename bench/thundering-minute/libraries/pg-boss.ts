import { PgBoss } from 'pg-boss';
import { inParallel } from '../../in-parallel.ts';
import type { Contender } from '../contender.ts';

export const pgBoss: Contender = {
  name: 'pg-boss',
  store: 'PostgreSQL',
  server: 'postgres',
  registersPerSecond: 800,
  async register({ size, cron, url, heard }) {
    const boss = new PgBoss({ connectionString: url, useListenNotify: true });
    boss.on('error', (error) => console.error(error.message));
    await boss.start();
    await boss.createQueue('minute', { notify: true });
    await inParallel(size, 16, (index) =>
      boss.schedule('minute', cron, { index }, { tz: 'UTC', key: `schedule-${index}` }),
    );
    const options = { batchSize: 100, localConcurrency: 4, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true };
    await boss.work<{ index: number }>('minute', options, async (jobs) => {
      for (const { data } of jobs) heard.called(data.index);
    });
    return {};
  },
};
