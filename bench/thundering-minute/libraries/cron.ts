import { CronJob } from 'cron';
import type { Contender } from '../contender.ts';

const keep: unknown[] = [];

export const cron: Contender = {
  name: 'cron',
  store: 'memory',
  server: null,
  registersPerSecond: 2000,
  async register({ size, cron: expression, heard }) {
    for (let index = 0; index < size; index++)
      keep.push(
        CronJob.from({
          cronTime: `0 ${expression}`,
          onTick: () => heard.called(index),
          start: true,
          timeZone: 'UTC',
        }),
      );
    return {};
  },
};
