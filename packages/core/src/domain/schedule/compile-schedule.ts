import { boundedCache } from './bounded-cache.ts';
import { buildSchedule, type Schedule, type ScheduleOptions } from './build-schedule.ts';
import { cronError } from './cron-error.ts';

/** A schedule takes about half a kilobyte, so a full cache takes about 5 MB. */
const schedules = boundedCache<Schedule>(5000);

/** A longer expression is compiled anew each time rather than kept. */
const maxKept = 512;

/**
 * The schedule of an expression: one object for all jobs that share expression, zone and DST rule.
 * Throws `invalid-cron`, `unknown-zone` and `invalid-option`.
 */
export const compileSchedule = (expression: string, options: ScheduleOptions = {}): Schedule => {
  const key = cacheKey(expression, options);
  const known = schedules.get(key);
  if (known !== undefined) return known;
  const schedule = buildSchedule(expression, options);
  if (key.length <= maxKept) schedules.set(key, schedule);
  return schedule;
};

/** As `compileSchedule`, and refuses what can never fire: for the moment in which a job is saved. */
export const compileFiringSchedule = (expression: string, options: ScheduleOptions = {}): Schedule => {
  const schedule = compileSchedule(expression, options);
  if (schedule.neverFires !== null) throw cronError(schedule.neverFires);
  return schedule;
};

/** What can be compiled holds no NUL, so two inputs share a key only when they are the same. */
const cacheKey = (expression: string, { timezone, dst }: ScheduleOptions): string =>
  `${dst ?? 'once'}\0${timezone === undefined || timezone === null ? '' : `=${timezone}`}\0${expression}`;
