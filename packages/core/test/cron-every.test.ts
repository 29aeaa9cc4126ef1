import { expect, test } from 'vitest';
import { compileFiringSchedule, compileSchedule } from '../src/domain/schedule/compile-schedule.ts';
import { parseCron } from '../src/domain/schedule/cron.ts';

const minute = 60_000;
const anchor = Date.UTC(2026, 10, 21, 12, 34, 56, 789);

/** Go durations, with the minutes that they are. */
const durations: [string, number][] = [
  ['1m', 1],
  ['90m', 90],
  ['1h30m', 90],
  ['30m1h', 90],
  ['1.5h', 90],
  ['1.1h', 66],
  ['.5h', 30],
  ['1.h', 60],
  ['0.05h', 3],
  ['2h45m', 165],
  ['120s', 2],
  ['1m30s30s', 2],
  ['60000ms', 1],
  ['60000000us', 1],
  ['60000000µs', 1],
  ['60000000μs', 1],
  ['60000000000ns', 1],
  ['24h', 1440],
];

test.each(durations)('@every %s is %i minutes', (duration, minutes) => {
  const schedule = compileSchedule(`@every ${duration}`);
  expect(schedule.nextAfter(anchor, anchor)).toBe(anchor + minutes * minute);
  expect(schedule.nextAfter(anchor + minutes * minute, anchor)).toBe(anchor + 2 * minutes * minute);
});

test('@every counts from its anchor, whenever it is asked', () => {
  const schedule = compileSchedule('@every 90m');
  expect(schedule.nextAfter(anchor + 1000 * 90 * minute + 1, anchor)).toBe(anchor + 1001 * 90 * minute);
  expect(schedule.nextAfter(anchor + 1000 * 90 * minute - 1, anchor)).toBe(anchor + 1000 * 90 * minute);
});

test('@every does not fire at its anchor, nor before', () => {
  const schedule = compileSchedule('@every 90m');
  expect(schedule.nextAfter(anchor - 1, anchor)).toBe(anchor + 90 * minute);
  expect(schedule.previousBefore(anchor + 90 * minute, anchor)).toBeNull();
  expect(schedule.previousBefore(anchor + 90 * minute + 1, anchor)).toBe(anchor + 90 * minute);
});

test('jobs with different anchors share one @every schedule', () => {
  const schedule = compileSchedule('@every 1h');
  expect(schedule.nextAfter(anchor, anchor)).toBe(anchor + 60 * minute);
  expect(schedule.nextAfter(anchor, anchor - 10 * minute)).toBe(anchor + 50 * minute);
});

test('parseCron counts @every from 1970', () => {
  const cron = parseCron('@every 7h');
  const next = cron.next(new Date('2026-11-21T12:34Z'));
  expect((next?.getTime() ?? 1) % (7 * 60 * minute)).toBe(0);
  expect(cron.previous(new Date((next?.getTime() ?? 0) + 1))).toEqual(next);
});

test('@every knows no change of the clock', () => {
  const at = Date.UTC(2012, 2, 11, 6);
  const schedule = compileSchedule('TZ=America/New_York @every 1h');
  expect(schedule.nextAfter(at, at)).toBe(at + 60 * minute);
  expect(schedule.nextAfter(at + 60 * minute, at)).toBe(at + 120 * minute);
});

test('a period of more than ten years is refused at save', () => {
  expect(() => compileFiringSchedule('@every 100000h')).toThrow(/never fires/);
  expect(compileSchedule('@every 100000h').nextAfter(anchor, anchor)).toBeNull();
});

test('@every names nothing beyond the range of Date', () => {
  const last = 8_640_000_000_000_000;
  expect(compileSchedule('@every 7h').nextAfter(last - 1, last - 2)).toBeNull();
});
