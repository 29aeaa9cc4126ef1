import { Queue, Worker } from 'bullmq';
import { inParallel } from '../../in-parallel.ts';
import type { Contender } from '../contender.ts';

export const bullmq: Contender = {
  name: 'bullmq',
  store: 'Redis, append-only file',
  server: 'redis',
  registersPerSecond: 2000,
  async register({ size, cron, url, heard }) {
    const connection = { host: '127.0.0.1', port: Number(new URL(url).port), maxRetriesPerRequest: null };
    const queue = new Queue('minute', { connection });
    await inParallel(size, 32, (index) =>
      queue.upsertJobScheduler(
        `schedule-${index}`,
        { pattern: cron, tz: 'UTC' },
        { name: 'nothing', data: { index }, opts: { removeOnComplete: true } },
      ),
    );
    const worker = new Worker('minute', async ({ data }) => heard.called(data.index), { connection, concurrency: 50 });
    await worker.waitUntilReady();
    return {};
  },
};
