import { hasBit } from './bits.ts';
import { dayOfDate, daysInMonth, weekdayOfDay } from './civil.ts';
import type { CronFields } from './parse-expression.ts';

/**
 * The wall times that five fields name, as bit sets that a search jumps through. It knows no zone: a wall time is
 * the minutes from 1970-01-01 00:00 to what a clock on the wall shows.
 */
export interface WallTimes {
  minutesLow: number;
  minutesHigh: number;
  hours: number;
  daysOfMonth: number;
  months: number;
  daysOfWeek: number;
  /** Neither day field is starred: a day that one of them names suffices. Else both must name it. */
  eitherDay: boolean;
  everyDay: boolean;
}

const everyDayOfMonth = -2;
const everyMonth = 0b1_1111_1111_1110;
const everyDayOfWeek = 0b111_1111;

export const wallTimes = ({ minute, hour, dayOfMonth, month, dayOfWeek }: CronFields): WallTimes => {
  const eitherDay = !dayOfMonth.starred && !dayOfWeek.starred;
  const allOfMonth = dayOfMonth.low === everyDayOfMonth;
  const allOfWeek = dayOfWeek.low === everyDayOfWeek;
  return {
    minutesLow: minute.low,
    minutesHigh: minute.high,
    hours: hour.low,
    daysOfMonth: dayOfMonth.low,
    months: month.low,
    daysOfWeek: dayOfWeek.low,
    eitherDay,
    everyDay: month.low === everyMonth && (eitherDay ? allOfMonth || allOfWeek : allOfMonth && allOfWeek),
  };
};

/** False for such as 30 February: no month that is named has a day that is named. */
export const canFire = (times: WallTimes): boolean => {
  if (times.eitherDay) return true;
  for (let month = 1; month <= 12; month++) {
    if (hasBit(times.months, month) && (times.daysOfMonth & daysTo(daysInMonth(2000, month))) !== 0) return true;
  }
  return false;
};

/** The days of that month which the two day fields name. */
export const daysNamed = (times: WallTimes, year: number, month: number): number => {
  const weekdays = daysOnWeekdays(times.daysOfWeek, weekdayOfDay(dayOfDate(year, month, 1)));
  const named = times.eitherDay ? times.daysOfMonth | weekdays : times.daysOfMonth & weekdays;
  return named & daysTo(daysInMonth(year, month));
};

/** The seven bits of the week, turned so that they begin with the first's weekday, and laid end to end. */
const daysOnWeekdays = (daysOfWeek: number, first: number): number => {
  const week = ((daysOfWeek >>> first) | (daysOfWeek << (7 - first))) & everyDayOfWeek;
  return (week | (week << 7) | (week << 14) | (week << 21) | (week << 28)) << 1;
};

/** Days 1 to `last`. */
const daysTo = (last: number): number => (2 << last) - 2;
