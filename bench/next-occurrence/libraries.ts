import { CronTime } from 'cron';
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import { DateTime } from 'luxon';
import { buildSchedule } from '../../packages/core/src/domain/schedule/build-schedule.ts';
import { compileSchedule } from '../../packages/core/src/domain/schedule/compile-schedule.ts';
import type { Case } from './expressions.ts';

export interface Library {
  name: string;
  /** From the text to the first occurrence after `from`, as if the expression had never been seen. */
  cold(from: number, { expression, timezone }: Case): number;
  /** The expression was seen: gives what finds the occurrence after an instant. */
  shared({ expression, timezone }: Case): (from: number) => number;
}

const or = (ms: number | null | undefined): number => ms ?? Number.NaN;

export const runyard: Library = {
  name: 'runyard',
  cold: (from, { expression, timezone }) => or(buildSchedule(expression, { timezone }).nextAfter(from, 0)),
  // With the look-up in the shared cache, as the engine does it for each job and tick.
  shared: ({ expression, timezone }) => {
    const options = { timezone };
    return (from) => or(compileSchedule(expression, options).nextAfter(from, 0));
  },
};

const croner: Library = {
  name: 'croner',
  cold: (from, { expression, timezone }) =>
    or(new Cron(expression, { timezone, paused: true }).nextRun(new Date(from))?.getTime()),
  shared: ({ expression, timezone }) => {
    const cron = new Cron(expression, { timezone, paused: true });
    return (from) => or(cron.nextRun(new Date(from))?.getTime());
  },
};

const cronParser: Library = {
  name: 'cron-parser',
  cold: (from, { expression, timezone }) =>
    CronExpressionParser.parse(expression, { tz: timezone, currentDate: new Date(from) })
      .next()
      .getTime(),
  // It goes on from its own last answer, which is the cheapest way to use it; set anew only where we jump.
  shared: ({ expression, timezone }) => {
    const parsed = CronExpressionParser.parse(expression, { tz: timezone, currentDate: new Date(0) });
    let last = 0;
    return (from) => {
      if (from !== last) parsed.reset(new Date(from));
      last = parsed.next().getTime();
      return last;
    };
  },
};

const cron: Library = {
  name: 'cron',
  cold: (from, { expression, timezone }) =>
    new CronTime(expression, timezone)
      .getNextDateFrom(DateTime.fromMillis(from, { zone: timezone }), timezone)
      .toMillis(),
  shared: ({ expression, timezone }) => {
    const time = new CronTime(expression, timezone);
    let last: ReturnType<CronTime['getNextDateFrom']> = DateTime.fromMillis(0, { zone: timezone });
    return (from) => {
      if (from !== last.toMillis()) last = DateTime.fromMillis(from, { zone: timezone });
      last = time.getNextDateFrom(last, timezone);
      return last.toMillis();
    };
  },
};

export const peers: readonly Library[] = [croner, cronParser, cron];
