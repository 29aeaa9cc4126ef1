import { expect, test } from 'vitest';
import { parseCron } from '../src/domain/schedule/cron.ts';

type Rule = 'once' | 'robfig';

/** The instants from `start` to `end`, both inclusive; found forward and, as a check, backward. */
const between = (expression: string, timezone: string, dst: Rule, start: string, end: string): string[] => {
  const cron = parseCron(expression, { timezone, dst });
  const first = new Date(start).getTime();
  const last = new Date(end).getTime();
  const forward: number[] = [];
  for (let at = cron.next(new Date(first - 1)); at !== null && at.getTime() <= last; at = cron.next(at)) {
    forward.push(at.getTime());
  }
  const backward: number[] = [];
  for (let at = cron.previous(new Date(last + 1)); at !== null && at.getTime() >= first; at = cron.previous(at)) {
    backward.unshift(at.getTime());
  }
  expect(backward).toEqual(forward);
  return forward.map((ms) => `${new Date(ms).toISOString().slice(0, 16)}Z`);
};

const newYork = 'America/New_York';
const spring = ['2012-03-11T00:00-05:00', '2012-03-11T23:59-04:00'] as const;
const autumn = ['2012-11-04T00:00-04:00', '2012-11-04T23:59-05:00'] as const;

test('New York, robfig: 02:30 does not run on the day that has none', () => {
  expect(between('30 2 * * *', newYork, 'robfig', ...spring)).toEqual([]);
});

test('New York, once: 02:30 runs at 03:00 EDT on the day that has none', () => {
  expect(between('30 2 * * *', newYork, 'once', ...spring)).toEqual(['2012-03-11T07:00Z']);
});

test('New York, robfig: 01:30 runs twice on the day that has two', () => {
  expect(between('30 1 * * *', newYork, 'robfig', ...autumn)).toEqual(['2012-11-04T05:30Z', '2012-11-04T06:30Z']);
});

test('New York, once: 01:30 runs the first time on the day that has two', () => {
  expect(between('30 1 * * *', newYork, 'once', ...autumn)).toEqual(['2012-11-04T05:30Z']);
});

test.each(['once', 'robfig'] as const)('New York, %s: */15 fires 18 times from 00:30 to before 04:00', (dst) => {
  const fired = between('*/15 * * * *', newYork, dst, '2012-11-04T00:30-04:00', '2012-11-04T03:59-05:00');
  expect(fired).toHaveLength(18);
  expect(fired.slice(0, 2)).toEqual(['2012-11-04T04:30Z', '2012-11-04T04:45Z']);
});

test('once: several wall times of one gap are one run, at its end', () => {
  expect(between('0,15,30,45 2 * * *', newYork, 'once', ...spring)).toEqual(['2012-03-11T07:00Z']);
});

test('once: a skipped wall time and one at the end of the gap are one run', () => {
  expect(between('0 2,3 * * *', newYork, 'once', ...spring)).toEqual(['2012-03-11T07:00Z']);
});

test('once: a skipped wall time on a restricted day runs', () => {
  expect(between('30 2 11 3 *', newYork, 'once', ...spring)).toEqual(['2012-03-11T07:00Z']);
  expect(between('30 2 * * 0', newYork, 'once', ...spring)).toEqual(['2012-03-11T07:00Z']);
});

test('once: a star or a step in the hour follows real time', () => {
  for (const hour of ['*', '?', '*/1', '0/1', '0-23/1']) {
    expect(between(`0 ${hour} * * *`, newYork, 'once', ...spring)).toHaveLength(23);
    expect(between(`0 ${hour} * * *`, newYork, 'once', ...autumn)).toHaveLength(25);
  }
});

test('once: a plain range of hours is fixed times, each of them once', () => {
  expect(between('0 0-23 * * *', newYork, 'once', ...spring)).toHaveLength(23);
  expect(between('0 0-23 * * *', newYork, 'once', ...autumn)).toHaveLength(24);
});

test('next from inside the repeated hour knows which of the two it is', () => {
  const second = new Date('2012-11-04T01:10-05:00');
  const options = { timezone: newYork };
  expect(parseCron('30 1 * * *', options).next(second)).toEqual(new Date('2012-11-05T01:30-05:00'));
  expect(parseCron('30 1 * * *', options).previous(second)).toEqual(new Date('2012-11-04T01:30-04:00'));
  expect(parseCron('30 1 * * *', { ...options, dst: 'robfig' }).next(second)).toEqual(
    new Date('2012-11-04T01:30-05:00'),
  );
});

test('a yearly time is found from inside its own repeated hour, not a year away', () => {
  const second = new Date('2012-11-04T01:10-05:00');
  const first = new Date('2012-11-04T01:45-04:00');
  for (const dst of ['once', 'robfig'] as const) {
    const cron = parseCron('30 1 4 11 *', { timezone: newYork, dst });
    expect(cron.previous(second)).toEqual(new Date('2012-11-04T01:30-04:00'));
    expect(cron.next(first)).toEqual(new Date(dst === 'once' ? '2013-11-04T01:30-05:00' : '2012-11-04T01:30-05:00'));
  }
});

// Lord Howe, 2024-10-06: 02:00 +10:30 becomes 02:30 +11. 2024-04-07: 02:00 +11 becomes 01:30 +10:30.
const lordHowe = 'Australia/Lord_Howe';
const lordHoweSpring = ['2024-10-06T00:00+10:30', '2024-10-06T23:59+11:00'] as const;
const lordHoweAutumn = ['2024-04-07T00:00+11:00', '2024-04-07T23:59+10:30'] as const;

test('Lord Howe: a gap of half an hour', () => {
  expect(between('15 2 * * *', lordHowe, 'robfig', ...lordHoweSpring)).toEqual([]);
  expect(between('15 2 * * *', lordHowe, 'once', ...lordHoweSpring)).toEqual(['2024-10-05T15:30Z']);
  for (const dst of ['once', 'robfig'] as const) {
    expect(between('45 2 * * *', lordHowe, dst, ...lordHoweSpring)).toEqual(['2024-10-05T15:45Z']);
    expect(between('0 3 * * *', lordHowe, dst, ...lordHoweSpring)).toEqual(['2024-10-05T16:00Z']);
    expect(between('*/15 * * * *', lordHowe, dst, ...lordHoweSpring)).toHaveLength(4 * 23.5);
  }
});

test('Lord Howe: half an hour twice', () => {
  expect(between('45 1 * * *', lordHowe, 'robfig', ...lordHoweAutumn)).toEqual([
    '2024-04-06T14:45Z',
    '2024-04-06T15:15Z',
  ]);
  expect(between('45 1 * * *', lordHowe, 'once', ...lordHoweAutumn)).toEqual(['2024-04-06T14:45Z']);
  for (const dst of ['once', 'robfig'] as const) {
    expect(between('15 1 * * *', lordHowe, dst, ...lordHoweAutumn)).toEqual(['2024-04-06T14:15Z']);
    expect(between('*/15 * * * *', lordHowe, dst, ...lordHoweAutumn)).toHaveLength(4 * 24.5);
  }
});

test('Sao Paulo 2018-11-04 has no midnight', () => {
  const day = ['2018-11-04T00:00-03:00', '2018-11-04T23:59-02:00'] as const;
  expect(between('0 0 * * *', 'America/Sao_Paulo', 'robfig', ...day)).toEqual([]);
  expect(between('0 0 * * *', 'America/Sao_Paulo', 'once', ...day)).toEqual(['2018-11-04T03:00Z']);
  expect(between('@weekly', 'America/Sao_Paulo', 'once', ...day)).toEqual(['2018-11-04T03:00Z']);
  // The day itself is not lost with its midnight.
  for (const dst of ['once', 'robfig'] as const) {
    expect(between('0 9 4 11 *', 'America/Sao_Paulo', dst, ...day)).toEqual(['2018-11-04T11:00Z']);
  }
});

test('Sao Paulo 2018-02-17 has the hour before midnight twice', () => {
  const day = ['2018-02-17T00:00-02:00', '2018-02-18T00:00-03:00'] as const;
  expect(between('30 23 * * *', 'America/Sao_Paulo', 'robfig', ...day)).toEqual([
    '2018-02-18T01:30Z',
    '2018-02-18T02:30Z',
  ]);
  expect(between('30 23 * * *', 'America/Sao_Paulo', 'once', ...day)).toEqual(['2018-02-18T01:30Z']);
  // Midnight of the 18th is shown once, after the repeated hour.
  for (const dst of ['once', 'robfig'] as const) {
    expect(between('0 0 * * *', 'America/Sao_Paulo', dst, ...day)).toEqual(['2018-02-17T02:00Z', '2018-02-18T03:00Z']);
  }
});

test('Cairo 2024-04-26 has no midnight', () => {
  const day = ['2024-04-25T12:00+02:00', '2024-04-26T23:59+03:00'] as const;
  expect(between('0 0 * * *', 'Africa/Cairo', 'robfig', ...day)).toEqual([]);
  expect(between('0 0 * * *', 'Africa/Cairo', 'once', ...day)).toEqual(['2024-04-25T22:00Z']);
});

// Apia went from 2011-12-29 24:00 -10 to 2011-12-31 00:00 +14.
const apia = ['2011-12-29T00:00-10:00', '2011-12-31T23:59+14:00'] as const;

test('Apia, robfig: the missing day does not run', () => {
  expect(between('0 12 * * *', 'Pacific/Apia', 'robfig', ...apia)).toEqual(['2011-12-29T22:00Z', '2011-12-30T22:00Z']);
  expect(between('0 12 30 * *', 'Pacific/Apia', 'robfig', ...apia)).toEqual([]);
});

test('Apia, once: the missing day runs when it would be over', () => {
  expect(between('0 12 * * *', 'Pacific/Apia', 'once', ...apia)).toEqual([
    '2011-12-29T22:00Z',
    '2011-12-30T10:00Z',
    '2011-12-30T22:00Z',
  ]);
  expect(between('0 12 30 * *', 'Pacific/Apia', 'once', ...apia)).toEqual(['2011-12-30T10:00Z']);
  expect(between('0 0 * * *', 'Pacific/Apia', 'once', ...apia)).toEqual(['2011-12-29T10:00Z', '2011-12-30T10:00Z']);
});

test('Monrovia 1972 leaves an offset with seconds: -00:44:30 becomes 0', () => {
  const cron = parseCron('30 0 * * *', { timezone: 'Africa/Monrovia' });
  expect(cron.next(new Date('1972-01-06T12:00Z'))).toEqual(new Date('1972-01-07T00:44:30Z'));
  expect(cron.next(new Date('1972-01-07T00:44:30Z'))).toEqual(new Date('1972-01-08T00:30Z'));
  expect(cron.previous(new Date('1972-01-07T00:44:30Z'))).toEqual(new Date('1972-01-06T01:14:30Z'));
});

test('a yearly time that falls in the gap is found next year under robfig', () => {
  const cron = parseCron('30 2 31 3 *', { timezone: 'Europe/Berlin', dst: 'robfig' });
  expect(cron.next(new Date('2024-01-01T00:00Z'))).toEqual(new Date('2025-03-31T00:30Z'));
  expect(cron.previous(new Date('2024-12-31T00:00Z'))).toEqual(new Date('2023-03-31T00:30Z'));
});
