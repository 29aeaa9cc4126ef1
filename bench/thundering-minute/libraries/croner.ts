import { Cron } from 'croner';
import type { Contender } from '../contender.ts';

const keep: unknown[] = [];

export const croner: Contender = {
  name: 'croner',
  store: 'memory',
  server: null,
  registersPerSecond: 2000,
  async register({ size, cron: expression, heard }) {
    for (let index = 0; index < size; index++)
      keep.push(new Cron(expression, { timezone: 'UTC' }, () => heard.called(index)));
    return {};
  },
};
