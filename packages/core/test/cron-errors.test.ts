import { expect, test } from 'vitest';
import { isRunyardError } from '../src/domain/errors.ts';
import { parseCron } from '../src/domain/schedule/cron.ts';

const errorOf = (expression: string, options = {}): Record<string, unknown> => {
  try {
    parseCron(expression, options);
  } catch (error) {
    if (isRunyardError(error)) return error as unknown as Record<string, unknown>;
    throw error;
  }
  throw new Error(`${expression} was accepted`);
};

/** [what is wrong, expression, position, what stands there] */
const faults: [string, string, number, string][] = [
  ['/0', '*/0 * * * *', 2, '0'],
  ['/0 after a number', '* 15/00 * * *', 5, '00'],
  ['no step after the slash', '*/ * * * *', 2, ''],
  ['a step without a start', '/5 * * * *', 0, ''],
  ['two slashes', '*//2 * * * *', 2, '/2'],
  ['two steps', '*/2/3 * * * *', 3, '/3'],
  ['a list that ends with a comma', '1,2, * * * *', 4, ''],
  ['a list with a gap', '1,,2 * * * *', 2, ''],
  ['a list that is only a comma', ', * * * *', 0, ''],
  ['a minus', '-5 * * * *', 0, '-5'],
  ['a plus', '* +5 * * *', 2, '+5'],
  ['a signed step', '*/-12 * * * *', 2, '-12'],
  ['a signed end', '1-+5 * * * *', 2, '+5'],
  ['two hyphens', '5--5 * * * *', 2, '-5'],
  ['three ends', '1-5-7 * * * *', 3, '-7'],
  ['a range without an end', '1- * * * *', 2, ''],
  ['text after a star', '* *5 * * *', 3, '5'],
  ['a range from a star', '*-5 * * * *', 1, '-5'],
  ['a range to a star', '5-* * * * *', 2, '*'],
  ['two stars', '** * * * *', 1, '*'],
  ['text after ?', '* * ?L * *', 5, 'L'],
  ['a reversed range', '0 17-9 * * *', 2, '17-9'],
  ['a reversed range of names', '0 0 * * fri-mon', 8, 'fri-mon'],
  ['a range that ends with the first Sunday', '0 0 * * 5-0', 8, '5-0'],
  ['minute 60', '0,60 * * * *', 2, '60'],
  ['hour 24', '0 24 * * *', 2, '24'],
  ['day 0', '0 0 0 * *', 4, '0'],
  ['day 32', '0 0 1-32 * *', 6, '32'],
  ['month 0', '0 0 1 0 *', 6, '0'],
  ['month 13', '0 0 1 13 *', 6, '13'],
  ['weekday 8', '0 0 * * 8', 8, '8'],
  ['a number of many digits', '99999999999999999999 * * * *', 0, '99999999999999999999'],
  ['L', '0 0 L * *', 4, 'L'],
  ['5L', '0 0 * * 5L', 9, 'L'],
  ['15W', '0 0 15W * *', 6, 'W'],
  ['#', '0 0 * * 5#3', 9, '#3'],
  ['a long name', '0 0 * * Monday', 8, 'Monday'],
  ['a day as month', '0 0 1 mon *', 6, 'mon'],
  ['a name where numbers stand', 'jan * * * *', 0, 'jan'],
  ['a decimal', '1.5 * * * *', 1, '.5'],
  ['a digit that is not ASCII', '٣ * * * *', 0, '٣'],
  ['four fields', '* * * *', 7, ''],
  ['seven fields', '0 * * * * * 2026', 12, '2026'],
  ['nothing', '', 0, ''],
  ['blanks', '  ', 2, ''],
  ['only a zone', 'TZ=UTC', 6, ''],
  ['seconds 30', '30 * * * * *', 0, '30'],
  ['seconds *', 'TZ=UTC * 0 * * * *', 7, '*'],
  ['seconds 0/15', '0/15 0 * * * *', 0, '0/15'],
  ['an unknown descriptor', '@reboot', 0, '@reboot'],
  ['a descriptor in capitals', 'TZ=UTC @Daily', 7, '@Daily'],
  ['text after a descriptor', '@daily 5', 7, '5'],
  ['@every alone', '@every', 6, ''],
  ['@every and a word', '@every Xm', 7, 'Xm'],
  ['@every without a unit', '@every 1h30', 11, ''],
  ['@every with an unknown unit', '@every 2d', 8, 'd'],
  ['@every with a minus', '@every -5m', 7, '-5m'],
  ['@every with a plus', '@every +5m', 7, '+5m'],
  ['@every under a minute', '@every 59s', 7, '59s'],
  ['@every in odd seconds', '@every 1m30s', 7, '1m30s'],
  ['@every with a blank', '@every 1h 30m', 10, '30m'],
  ['@every 0', '@every 0', 7, '0'],
  ['@every for 300 years', '@every 2628000h', 7, '2628000h'],
];

test.each(faults)('%s is refused where it stands: %j, position %i, %j', (_what, expression, position, received) => {
  const error = errorOf(expression);
  expect(error).toMatchObject({ code: 'invalid-cron', position, received });
  expect(expression.slice(position, position + received.length)).toBe(received);
  expect(error.expected).not.toBe('');
  expect(error.message).toContain(`position ${position}`);
});

test('the sentence says what is the finest that there is', () => {
  expect(errorOf('30 * * * * *').message).toContain('no finer than a minute');
  expect(errorOf('@every 30s').message).toContain('no finer than a minute');
  expect(errorOf('@every 90s').message).toContain('no finer than a minute');
});

test('a zone prefix beside a timezone is refused at the prefix, also when both agree', () => {
  const options = { timezone: 'Asia/Tokyo' };
  expect(errorOf('TZ=UTC * * * * *', options)).toMatchObject({ code: 'invalid-cron', position: 0, received: 'TZ=UTC' });
  expect(errorOf(' CRON_TZ=Asia/Tokyo @daily', options)).toMatchObject({ code: 'invalid-cron', position: 1 });
});

/** [expression, position of the name, the name] */
const zones: [string, number, string][] = [
  ['TZ=Mars/Olympus * * * * *', 3, 'Mars/Olympus'],
  ['CRON_TZ=Mars/Olympus @daily', 8, 'Mars/Olympus'],
  ['TZ=europe/berlin * * * * *', 3, 'europe/berlin'],
  ['TZ=us/eastern * * * * *', 3, 'us/eastern'],
  ['TZ=utc * * * * *', 3, 'utc'],
  ['TZ=+05:30 * * * * *', 3, '+05:30'],
  ['TZ=Local * * * * *', 3, 'Local'],
  ['TZ= * * * * *', 3, ''],
];

test.each(zones)('an unknown zone is refused at its name: %j', (expression, position, received) => {
  expect(errorOf(expression)).toMatchObject({ code: 'unknown-zone', position, received });
});

test('an unknown timezone is refused with its field', () => {
  expect(errorOf('* * * * *', { timezone: 'Mars/Olympus' })).toMatchObject({
    code: 'unknown-zone',
    field: 'timezone',
    received: 'Mars/Olympus',
  });
});

test('a zone in the wrong case is told its spelling', () => {
  expect(errorOf('* * * * *', { timezone: 'europe/berlin' }).expected).toContain('Europe/Berlin');
});

test('options of the wrong type are refused with a sentence', () => {
  expect(errorOf(5 as unknown as string)).toMatchObject({ code: 'invalid-cron', expected: 'a string' });
  expect(errorOf('* * * * *', { dst: 'twice' })).toMatchObject({ code: 'invalid-option', field: 'dst' });
});

test('a long expression is cut in the message', () => {
  expect(String(errorOf(`${'1,'.repeat(10_000)}x * * * *`).message).length).toBeLessThan(400);
});
