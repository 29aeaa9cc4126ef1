import { PostgresBackend } from '@agendajs/postgres-backend';
import { Agenda } from 'agenda';
import { inParallel } from '../../in-parallel.ts';
import type { Contender } from '../contender.ts';

export const agenda: Contender = {
  name: 'agenda',
  store: 'PostgreSQL',
  server: 'postgres',
  registersPerSecond: 150,
  async register({ size, cron, url, heard }) {
    const scheduler = new Agenda({
      backend: new PostgresBackend({ connectionString: url }),
      processEvery: 1000,
      defaultConcurrency: 50,
      maxConcurrency: 50,
    });
    await scheduler.ready;
    for (let index = 0; index < size; index++) scheduler.define(`job-${index}`, async () => heard.called(index));
    await inParallel(size, 16, (index) => scheduler.every(cron, `job-${index}`, {}, { timezone: 'UTC' }));
    await scheduler.start();
    return {};
  },
};
