import { PgBoss } from 'pg-boss';
import { type Contender, countdown, oneByOne, timed } from './contender.ts';

export const pgBoss: Contender = {
  name: 'pg-boss',
  store: 'PostgreSQL, batches of 100',
  server: 'postgres',
  acceptsInTime: false,
  async throughput({ jobs, url }) {
    const boss = await open(url);
    for (let added = 0; added < jobs; added += 1000)
      await boss.insert(
        'nothing',
        Array.from({ length: Math.min(1000, jobs - added) }, (_, index) => ({ data: { index } })),
      );
    const ends = countdown(jobs);
    const options = { batchSize: 100, localConcurrency: 4, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true };
    return timed(jobs, async () => {
      await boss.work('nothing', options, async (batch) => {
        for (const _ of batch) ends.hit();
      });
      await ends.all;
    });
  },
  async latency({ starts, url }) {
    const boss = await open(url);
    let called = (): void => {};
    await boss.work('nothing', { localConcurrency: 1, pollingIntervalSeconds: 0.5 }, async () => called());
    return oneByOne(starts, (began) => {
      called = began;
      return boss.send('nothing', {});
    });
  },
};

const open = async (connectionString: string): Promise<PgBoss> => {
  const boss = new PgBoss({ connectionString, useListenNotify: true });
  boss.on('error', (error) => console.error(error.message));
  await boss.start();
  await boss.createQueue('nothing', { notify: true });
  return boss;
};
