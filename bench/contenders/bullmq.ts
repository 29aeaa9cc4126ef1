import { Queue, Worker } from 'bullmq';
import { type Contender, countdown, oneByOne, timed } from './contender.ts';

export const bullmq: Contender = {
  name: 'bullmq',
  store: 'Redis, append-only file',
  server: 'redis',
  acceptsInTime: false,
  async throughput({ jobs, url }) {
    const connection = connectionTo(url);
    const queue = new Queue('nothing', { connection });
    const job = { name: 'nothing', data: {}, opts: { removeOnComplete: true } };
    for (let added = 0; added < jobs; added += 1000)
      await queue.addBulk(Array.from({ length: Math.min(1000, jobs - added) }, () => job));
    const ends = countdown(jobs);
    return timed(jobs, async () => {
      new Worker('nothing', async () => ends.hit(), { connection, concurrency: 50 });
      await ends.all;
    });
  },
  async latency({ starts, url }) {
    const connection = connectionTo(url);
    const queue = new Queue('nothing', { connection });
    let called = (): void => {};
    const worker = new Worker('nothing', async () => called(), { connection, concurrency: 10 });
    await worker.waitUntilReady();
    return oneByOne(starts, (began) => {
      called = began;
      return queue.add('nothing', {}, { removeOnComplete: true });
    });
  },
};

const connectionTo = (url: string) => ({
  host: '127.0.0.1',
  port: Number(new URL(url).port),
  maxRetriesPerRequest: null,
});
