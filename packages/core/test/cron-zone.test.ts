import { expect, test } from 'vitest';
import { boundedCache } from '../src/domain/schedule/bounded-cache.ts';
import { dateOfDay, dayOfDate, daysInMonth, weekdayOfDay } from '../src/domain/schedule/civil.ts';
import { stretchesBetween } from '../src/domain/schedule/stretches.ts';
import { zoneNamed } from '../src/domain/schedule/zone.ts';
import { randomFrom } from './cron-random.ts';

const day = 86_400_000;

test('the calendar agrees with Date over all the years that Date has', () => {
  const random = randomFrom(1);
  for (let n = 0; n < 20_000; n++) {
    const number = Math.floor((random() * 2 - 1) * 100_000_000);
    const date = new Date(number * day);
    const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
    expect(dateOfDay(number)).toEqual(civil);
    expect(dayOfDate(civil.year, civil.month, civil.day)).toBe(number);
    expect(weekdayOfDay(number)).toBe(date.getUTCDay());
    if (civil.day === 1)
      expect(daysInMonth(civil.year, civil.month)).toBe(new Date(Date.UTC(civil.year, civil.month, 0)).getUTCDate());
  }
});

/** Another way to the offset than the domain's: the wall clock's fields. */
const offsetOf = (timeZone: string): ((instant: number) => number) => {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const shown = format.format(instant).split(/\D+/).map(Number);
    const [month = 0, date = 0, year = 0, hour = 0, minute = 0, second = 0] = shown;
    return Date.UTC(year, month - 1, date, hour, minute, second) - instant;
  };
};

test('every zone has the offset that Intl shows, at random instants from 1970 to 2100', () => {
  const random = randomFrom(2);
  for (const name of Intl.supportedValuesOf('timeZone')) {
    const zone = zoneNamed(name, {});
    const offset = offsetOf(name);
    for (let n = 0; n < 4; n++) {
      const instant = Math.floor((random() * 130 * 365.25 * day) / 1000) * 1000;
      const stretch = zone.stretchAt(instant);
      expect(stretch.from).toBeLessThanOrEqual(instant);
      expect(stretch.to).toBeGreaterThan(instant);
      for (const at of [stretch.from, instant, stretch.to - 1000]) {
        expect(stretch.offset, `${name} at ${new Date(at).toISOString()}`).toBe(offset(at));
      }
    }
  }
});

test('two changes of the clock within a week are both seen', () => {
  const zone = zoneNamed('America/Recife', {});
  const hours = [0, 3, 10].map((days) => zone.stretchAt(Date.UTC(2000, 9, 7 + days, 12)).offset / 3_600_000);
  expect(hours).toEqual([-3, -2, -3]);
});

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);

test('a repeated hour that a window cuts is still known to be repeated', () => {
  const back = start - hour / 6;
  const offsetAt = (instant: number): number => (instant < back ? hour : 0);
  expect(stretchesBetween(offsetAt, start, start + day)).toEqual([
    { from: start, to: start + day, offset: 0, fresh: back + hour },
  ]);
});

test('a window that begins long after a repeated hour begins fresh', () => {
  const offsetAt = (instant: number): number => (instant < start - day ? hour : 0);
  expect(stretchesBetween(offsetAt, start, start + day)[0]?.fresh).toBe(start);
});

test('a jump forward inside a repeated hour makes no shown wall time fresh', () => {
  const back = start + hour;
  const forward = back + hour / 2;
  const offsetAt = (instant: number): number => (instant < back ? 2 * hour : instant < forward ? 0 : 1.5 * hour);
  const stretches = stretchesBetween(offsetAt, start, start + day);
  expect(stretches.map(({ from, fresh }) => [from, fresh])).toEqual([
    [start, start + 2 * hour],
    [back, back + 2 * hour],
    [forward, back + 2 * hour],
  ]);
});

test('a bounded cache keeps what was used last and forgets the rest', () => {
  const cache = boundedCache<number>(3);
  for (let n = 0; n < 20; n++) {
    cache.set(`key ${n}`, n);
    expect(cache.get('key 0')).toBe(0);
    for (let back = 0; back < Math.min(n, 2); back++) expect(cache.get(`key ${n - back}`)).toBe(n - back);
  }
  expect(
    Array.from({ length: 20 }, (_, n) => cache.get(`key ${n}`)).filter((value) => value !== undefined).length,
  ).toBeLessThanOrEqual(6);
});
