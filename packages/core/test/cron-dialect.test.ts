import { expect, test } from 'vitest';
import { compileFiringSchedule, compileSchedule } from '../src/domain/schedule/compile-schedule.ts';
import { parseCron } from '../src/domain/schedule/cron.ts';

const from = new Date('2026-11-21T12:34:56.789Z');

const walk = (expression: string, count = 60, options = {}): string[] => {
  const cron = parseCron(expression, options);
  const found: string[] = [];
  for (let at: Date | null = from; at !== null && found.length < count; ) {
    at = cron.next(at);
    if (at !== null) found.push(at.toISOString());
  }
  return found;
};

/** Both sides name the same instants. */
const same: [rule: string, one: string, other: string][] = [
  ['? is *', '? ? ? ? ?', '* * * * *'],
  ['names of months in any case', '0 0 1 jan,MAR,Dec *', '0 0 1 1,3,12 *'],
  ['names of days in any case', '0 0 * * mon-FRI', '0 0 * * 1-5'],
  ['7 is Sunday', '0 0 * * 7', '0 0 * * 0'],
  ['7 ends a range', '0 0 * * 5-7', '0 0 * * 0,5,6'],
  ['0-7 is the whole week', '0 0 * * 0-7', '0 0 * * 0-6'],
  ['a step reaches 7', '0 0 * * 1-7/2', '0 0 * * 0,1,3,5'],
  ['a step passes 7 by', '0 0 * * 2-7/2', '0 0 * * 2,4,6'],
  ['7-7 is Sunday', '0 0 * * 7-7', '0 0 * * 0'],
  ['N/step ends at Saturday, not at 7', '0 0 * * 1/2', '0 0 * * 1,3,5'],
  ['7/step begins at Sunday', '0 0 * * 7/2', '0 0 * * 0/2'],
  ['N/step of hours', '0 5/6 * * *', '0 5,11,17,23 * * *'],
  ['a step beyond the field is its start', '*/90 * * * *', '0 * * * *'],
  ['six fields with seconds 0', '0 30 9 * * 1-5', '30 9 * * 1-5'],
  ['blanks of any kind and number', ' \t30  9\t* *  1-5 \n', '30 9 * * 1-5'],
  ['leading zeros', '05 08 01 * *', '5 8 1 * *'],
  ['@weekly', '@weekly', '0 0 * * 0'],
  ['@daily', '@daily', '0 0 * * *'],
  ['@hourly', '@hourly', '0 * * * *'],
  ['minutes on both sides of bit 32', '31,32,33 * * * *', '31-33 * * * *'],
];

test.each(same)('%s: %s is %s', (_rule, one, other) => {
  expect(walk(one)).toEqual(walk(other));
});

/** The star rule: the days of November 2026 on which it fires (the 1st is a Sunday). */
const days: [expression: string, days: number[]][] = [
  ['0 0 13 * 5', [6, 13, 20, 27]],
  ['0 0 10 * 5', [6, 10, 13, 20, 27]],
  ['0 0 * * 5', [6, 13, 20, 27]],
  ['0 0 10 * *', [10]],
  ['0 0 10 * ?', [10]],
  // A step above 1 clears the star, so either suffices; step 1 keeps it.
  ['0 0 */10 * 5', [1, 6, 11, 13, 20, 21, 27]],
  ['0 0 */1 * 5', [6, 13, 20, 27]],
  ['0 0 ?/1 * 5', [6, 13, 20, 27]],
  ['0 0 10 * */1', [10]],
  ['0 0 10 * */3', [1, 4, 7, 8, 10, 11, 14, 15, 18, 21, 22, 25, 28, 29]],
  // One starred item stars the whole list.
  ['0 0 10,* * 5', [6, 13, 20, 27]],
  ['0 0 10 * 5,*', [10]],
  // A range over everything is no star.
  ['0 0 1-31 * 5', Array.from({ length: 30 }, (_, i) => i + 1)],
  ['0 0 31 * 1', [2, 9, 16, 23, 30]],
];

test.each(days)('the star rule: %s fires on %j', (expression, expected) => {
  const cron = parseCron(expression);
  const found: number[] = [];
  const end = Date.UTC(2026, 11, 1);
  for (let at = cron.next(new Date(Date.UTC(2026, 10, 1) - 1)); at !== null && at.getTime() < end; at = cron.next(at)) {
    found.push(at.getUTCDate());
  }
  expect(found).toEqual(expected);
});

test('next is strictly later, previous strictly earlier', () => {
  const cron = parseCron('34 12 * * *');
  const instant = new Date('2026-11-21T12:34:00.000Z');
  expect(cron.next(instant)).toEqual(new Date('2026-11-22T12:34Z'));
  expect(cron.next(new Date(instant.getTime() - 1))).toEqual(instant);
  expect(cron.previous(instant)).toEqual(new Date('2026-11-20T12:34Z'));
  expect(cron.previous(new Date(instant.getTime() + 1))).toEqual(instant);
});

test('29 February is found across 2100, eight years away', () => {
  const cron = parseCron('0 0 29 2 *');
  expect(cron.next(new Date('2096-02-29T00:00Z'))).toEqual(new Date('2104-02-29T00:00Z'));
  expect(cron.previous(new Date('2104-02-29T00:00Z'))).toEqual(new Date('2096-02-29T00:00Z'));
});

test('29 February is found in a zone that changes its clock', () => {
  const cron = parseCron('TZ=Europe/Berlin 30 2 29 2 *');
  expect(cron.next(new Date('2096-03-01T00:00Z'))).toEqual(new Date('2104-02-29T01:30Z'));
});

test('what never fires has no next and no previous, and is refused at save', () => {
  for (const expression of ['0 0 30 2 *', '0 0 31 4,6,9,11 *', '0 0 30,31 2 ?']) {
    expect(parseCron(expression).next(from)).toBeNull();
    expect(parseCron(expression).previous(from)).toBeNull();
    expect(() => compileFiringSchedule(expression)).toThrow(
      expect.objectContaining({ code: 'invalid-cron', position: 4, message: expect.stringContaining('never fires') }),
    );
  }
});

test('what fires seldom is not refused at save', () => {
  for (const expression of ['0 0 29 2 *', '0 0 30 2 1', '0 0 31 1,2 *', '@yearly', '@every 8760h']) {
    expect(compileFiringSchedule(expression).neverFires).toBeNull();
  }
});

test('the zone is the prefix, else the option, else UTC', () => {
  expect(parseCron('TZ=Asia/Tokyo 0 0 * * *').timezone).toBe('Asia/Tokyo');
  expect(parseCron('0 0 * * *', { timezone: 'Asia/Tokyo' }).timezone).toBe('Asia/Tokyo');
  expect(parseCron('0 0 * * *').timezone).toBe('UTC');
  expect(parseCron('CRON_TZ=Asia/Tokyo 0 0 * * *').next(from)).toEqual(new Date('2026-11-21T15:00Z'));
});

test('links and fixed zones are zones', () => {
  for (const timezone of ['US/Eastern', 'Asia/Kolkata', 'Asia/Calcutta', 'Etc/GMT+3', 'EST5EDT', 'GMT', 'Etc/UTC']) {
    expect(parseCron('0 0 * * *', { timezone }).timezone).toBe(timezone);
  }
});

test('the expression is kept as it was written', () => {
  expect(parseCron(' TZ=UTC  @daily ').expression).toBe(' TZ=UTC  @daily ');
});

test('nothing is found beyond the range of Date', () => {
  const last = new Date(8_640_000_000_000_000);
  const first = new Date(-8_640_000_000_000_000);
  for (const timezone of ['UTC', 'Europe/Berlin']) {
    const cron = parseCron('0 0 * * *', { timezone });
    expect(cron.next(last)).toBeNull();
    expect(cron.previous(first)).toBeNull();
    expect(cron.previous(new Date(first.getTime() + 1))?.getTime() ?? 0).toBeGreaterThanOrEqual(first.getTime());
    expect(parseCron('30 0 * * *', { timezone }).previous(new Date(first.getTime() + 60_000))).toBeNull();
    expect(cron.next(new Date(last.getTime() - 1))?.getTime() ?? 0).toBeLessThanOrEqual(last.getTime());
  }
});

test('no instant has no next and no previous', () => {
  for (const expression of ['0 0 * * *', 'TZ=Europe/Berlin 0 0 * * *', '@every 1h']) {
    const schedule = compileSchedule(expression);
    expect(schedule.nextAfter(Number.NaN, 0)).toBeNull();
    expect(schedule.previousBefore(Number.NaN, 0)).toBeNull();
  }
});

test('a Date that is none is refused', () => {
  const invalid = expect.objectContaining({ code: 'invalid-option' });
  expect(() => parseCron('* * * * *').next(new Date(Number.NaN))).toThrow(invalid);
  expect(() => parseCron('* * * * *').previous(new Date(Number.NaN))).toThrow(invalid);
});

test('jobs with the same expression, zone and rule share one schedule; others do not', () => {
  const shared = compileSchedule('1 2 * * *', { timezone: 'Europe/Berlin' });
  expect(compileSchedule('1 2 * * *', { timezone: 'Europe/Berlin', dst: 'once' })).toBe(shared);
  expect(compileSchedule('1 2 * * *', { timezone: 'Europe/Paris' })).not.toBe(shared);
  expect(compileSchedule('1 2 * * *', { timezone: 'Europe/Berlin', dst: 'robfig' })).not.toBe(shared);
  expect(compileSchedule('1 2 * * *')).not.toBe(shared);
  expect(compileSchedule('1 2 * * *', { timezone: null })).toBe(compileSchedule('1 2 * * *'));
});

test('a kept schedule hides no error of other options', () => {
  parseCron('3 4 * * *');
  expect(() => parseCron('3 4 * * *', { timezone: '' })).toThrow(expect.objectContaining({ code: 'unknown-zone' }));
});
