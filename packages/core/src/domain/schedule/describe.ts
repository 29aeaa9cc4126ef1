import { hasBit } from './bits.ts';
import { describeDay } from './describe-day.ts';
import { describeTime } from './describe-time.ts';
import type { WallTimes } from './wall-times.ts';
import { counted, list } from './words.ts';

/** `Every 1 hour and 30 minutes`. */
export const describeEvery = (periodMs: number): string => {
  const minutes = periodMs / 60_000;
  const parts = [
    [Math.floor(minutes / 60), 'hour'],
    [minutes % 60, 'minute'],
  ] as const;
  return `Every ${list(parts.filter(([n]) => n > 0).map(([n, unit]) => counted(n, unit)))}`;
};

/** `At 02:30 on Monday to Friday, New York time`. */
export const describeFields = (times: WallTimes, zone: string): string => {
  const hours = members(0, 23, (n) => hasBit(times.hours, n));
  const minutes = members(0, 59, (n) => (n < 32 ? hasBit(times.minutesLow, n) : hasBit(times.minutesHigh, n - 32)));
  const time = describeTime(hours, minutes);
  const day = describeDay(namedDays(times)) || (time.ofDay ? 'every day' : '');
  return `${time.text}${day === '' ? '' : ` ${day}`}, ${zoneWords(zone)}`;
};

const namedDays = (times: WallTimes): Parameters<typeof describeDay>[0] => {
  const daysOfMonth = members(1, 31, (n) => hasBit(times.daysOfMonth, n));
  const weekdays = members(1, 7, (n) => hasBit(times.daysOfWeek, n % 7));
  const months = members(1, 12, (n) => hasBit(times.months, n));
  // Where either field suffices and one names all days, the other says nothing.
  const all = times.eitherDay && (daysOfMonth.length === 31 || weekdays.length === 7);
  return {
    daysOfMonth: all || daysOfMonth.length === 31 ? null : daysOfMonth,
    weekdays: all || weekdays.length === 7 ? null : weekdays,
    months: months.length === 12 ? null : months,
  };
};

const members = (first: number, last: number, has: (n: number) => boolean): number[] => {
  const found: number[] = [];
  for (let n = first; n <= last; n++) if (has(n)) found.push(n);
  return found;
};

/** The city of an IANA name says more than the whole: `America/New_York` is New York time. */
const zoneWords = (zone: string): string => {
  if (zone.startsWith('Etc/') || !zone.includes('/')) return zone;
  return `${zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ')} time`;
};
