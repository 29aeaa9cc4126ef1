import { Cron as Croner } from 'croner';
import { expect, test } from 'vitest';
import { parseCron } from '../src/domain/schedule/cron.ts';
import { randomFrom } from './cron-random.ts';

// croner 11 as a second opinion where its dialect is ours: no N/step, no star inside a list, steps within the field,
// no steps in the day fields (its star rule reads them otherwise), and no hour that a change of the clock touches.

const seed = Number(process.env.SEED ?? 20_261_122);

const expression = (random: () => number): string => {
  const any = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const range = (min: number, max: number): string => {
    const low = any(min, max);
    return `${low}-${any(low, max)}`;
  };
  const list = (min: number, max: number): string =>
    [any(min, max), range(min, max), any(min, max)].slice(0, any(1, 3)).join(',');
  const time = (min: number, max: number): string =>
    random() < 0.3 ? `${range(min, max)}/${any(1, 7)}` : list(min, max);
  const minute = random() < 0.3 ? `*/${any(1, 30)}` : time(0, 59);
  const dayOfMonth = random() < 0.6 ? '*' : list(1, 28);
  const month = random() < 0.7 ? '*' : list(1, 12);
  const dayOfWeek = random() < 0.6 ? '*' : list(0, 6);
  return [minute, time(4, 22), dayOfMonth, month, dayOfWeek].join(' ');
};

test.each(['UTC', 'Asia/Kolkata', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'])(
  'croner names the same instants in %s',
  (timezone) => {
    const random = randomFrom(seed);
    for (let n = 0; n < 60; n++) {
      const text = expression(random);
      const start = new Date(Date.UTC(2000 + Math.floor(random() * 40), 0, 1) + Math.floor(random() * 3e10));
      const theirs = new Croner(text, { timezone, paused: true }).nextRuns(20, start);
      const cron = parseCron(text, { timezone });
      let at: Date | null = start;
      const ours = theirs.map(() => {
        at = at && cron.next(at);
        return at;
      });
      expect(ours, `${text} in ${timezone} after ${start.toISOString()}, SEED=${seed}`).toEqual(theirs);
    }
  },
);
