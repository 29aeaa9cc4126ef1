import { PostgresBackend } from '@agendajs/postgres-backend';
import { Agenda } from 'agenda';
import { inParallel } from '../in-parallel.ts';
import { type Contender, countdown, oneByOne, timed } from './contender.ts';

/** It takes its time: more would only show the same. */
const mostJobs = 1000;

export const agenda: Contender = {
  name: 'agenda',
  store: 'PostgreSQL',
  server: 'postgres',
  acceptsInTime: false,
  async throughput({ jobs, url }) {
    const count = Math.min(jobs, mostJobs);
    const ends = countdown(count);
    const scheduler = await open(url, async () => ends.hit());
    await inParallel(count, 16, (index) => scheduler.now('nothing', { index }));
    return timed(count, async () => {
      await scheduler.start();
      await ends.all;
    });
  },
  async latency({ starts, url }) {
    let called = (): void => {};
    const scheduler = await open(url, async () => called());
    await scheduler.start();
    return oneByOne(starts, (began) => {
      called = began;
      return scheduler.now('nothing', {});
    });
  },
};

const open = async (connectionString: string, nothing: () => Promise<void>): Promise<Agenda> => {
  const scheduler = new Agenda({
    backend: new PostgresBackend({ connectionString }),
    processEvery: 1000,
    defaultConcurrency: 50,
    maxConcurrency: 50,
  });
  await scheduler.ready;
  scheduler.define('nothing', nothing, { concurrency: 50 });
  return scheduler;
};
