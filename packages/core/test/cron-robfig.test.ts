import { expect, test } from 'vitest';
import { parseCron } from '../src/domain/schedule/cron.ts';

// The cases of robfig/cron v3 (spec_test.go, parser_test.go), as facts. Its times without a zone are UTC here.

/** [instant, expression, fires then] */
const activations: [string, string, boolean][] = [
  ['2012-07-09T15:00Z', '0/15 * * * *', true],
  ['2012-07-09T15:45Z', '0/15 * * * *', true],
  ['2012-07-09T15:40Z', '0/15 * * * *', false],
  ['2012-07-09T15:05Z', '5/15 * * * *', true],
  ['2012-07-09T15:20Z', '5/15 * * * *', true],
  ['2012-07-09T15:50Z', '5/15 * * * *', true],
  ['2012-07-15T15:00Z', '0/15 * * Jul *', true],
  ['2012-07-15T15:00Z', '0/15 * * Jun *', false],
  ['2012-07-15T08:30Z', '30 08 ? Jul Sun', true],
  ['2012-07-15T08:30Z', '30 08 15 Jul ?', true],
  ['2012-07-16T08:30Z', '30 08 ? Jul Sun', false],
  ['2012-07-16T08:30Z', '30 08 15 Jul ?', false],
  ['2012-07-09T15:00Z', '@hourly', true],
  ['2012-07-09T15:04Z', '@hourly', false],
  ['2012-07-09T15:00Z', '@daily', false],
  ['2012-07-09T00:00Z', '@daily', true],
  ['2012-07-09T00:00Z', '@weekly', false],
  ['2012-07-08T00:00Z', '@weekly', true],
  ['2012-07-08T01:00Z', '@weekly', false],
  ['2012-07-08T00:00Z', '@monthly', false],
  ['2012-07-01T00:00Z', '@monthly', true],
  // Both day fields restricted: one suffices.
  ['2012-07-15T00:00Z', '* * 1,15 * Sun', true],
  ['2012-06-15T00:00Z', '* * 1,15 * Sun', true],
  ['2012-08-01T00:00Z', '* * 1,15 * Sun', true],
  ['2012-07-15T00:00Z', '* * */10 * Sun', true],
  // One of them starred: both must match.
  ['2012-07-15T00:00Z', '* * * * Mon', false],
  ['2012-07-09T00:00Z', '* * 1,15 * *', false],
  ['2012-07-15T00:00Z', '* * 1,15 * *', true],
  ['2012-07-15T00:00Z', '* * */2 * Sun', true],
];

test.each(activations)('robfig activation: at %s, %s fires: %s', (at, expression, fires) => {
  const instant = new Date(at);
  const next = parseCron(expression).next(new Date(instant.getTime() - 1000));
  expect(next?.getTime() === instant.getTime()).toBe(fires);
});

/** [after, expression, next] */
const nexts: [string, string, string | null][] = [
  ['2012-07-09T14:45Z', '0 0/15 * * * *', '2012-07-09T15:00Z'],
  ['2012-07-09T14:59Z', '0 0/15 * * * *', '2012-07-09T15:00Z'],
  ['2012-07-09T14:59:59Z', '0 0/15 * * * *', '2012-07-09T15:00Z'],
  ['2012-07-09T15:45Z', '0 20-35/15 * * * *', '2012-07-09T16:20Z'],
  ['2012-07-09T23:46Z', '0 */15 * * * *', '2012-07-10T00:00Z'],
  ['2012-07-09T23:45Z', '0 20-35/15 * * * *', '2012-07-10T00:20Z'],
  ['2012-07-09T23:35:51Z', '0 20-35/15 1/2 * * *', '2012-07-10T01:20Z'],
  ['2012-07-09T23:35:51Z', '0 20-35/15 10-12 * * *', '2012-07-10T10:20Z'],
  ['2012-07-09T23:35:51Z', '0 20-35/15 1/2 */2 * *', '2012-07-11T01:20Z'],
  ['2012-07-09T23:35:51Z', '0 20-35/15 * 9-20 * *', '2012-07-10T00:20Z'],
  ['2012-07-09T23:35:51Z', '0 20-35/15 * 9-20 Jul *', '2012-07-10T00:20Z'],
  ['2012-07-09T23:35Z', '0 0 0 9 Apr-Oct ?', '2012-08-09T00:00Z'],
  ['2012-07-09T23:35Z', '0 0 0 */5 Apr,Aug,Oct Mon', '2012-08-01T00:00Z'],
  ['2012-07-09T23:35Z', '0 0 0 */5 Oct Mon', '2012-10-01T00:00Z'],
  ['2012-07-09T23:35Z', '0 0 0 * Feb Mon', '2013-02-04T00:00Z'],
  ['2012-07-09T23:35Z', '0 0 0 * Feb Mon/2', '2013-02-01T00:00Z'],
  ['2012-12-31T23:59:45Z', '0 * * * * *', '2013-01-01T00:00Z'],
  ['2012-07-09T23:35Z', '0 0 0 29 Feb ?', '2016-02-29T00:00Z'],
  ['2012-07-09T23:35Z', '0 0 0 30 Feb ?', null],
  ['2012-07-09T23:35Z', '0 0 0 31 Apr ?', null],

  ['2012-03-11T00:00-05:00', 'TZ=America/New_York 0 30 2 11 Mar ?', '2013-03-11T02:30-04:00'],
  ['2012-03-11T00:00-05:00', 'TZ=America/New_York 0 0 * * * ?', '2012-03-11T01:00-05:00'],
  ['2012-03-11T01:00-05:00', 'TZ=America/New_York 0 0 * * * ?', '2012-03-11T03:00-04:00'],
  ['2012-03-11T03:00-04:00', 'TZ=America/New_York 0 0 * * * ?', '2012-03-11T04:00-04:00'],
  ['2012-03-11T04:00-04:00', 'CRON_TZ=America/New_York 0 0 * * * ?', '2012-03-11T05:00-04:00'],
  ['2012-03-11T01:00-05:00', 'CRON_TZ=America/New_York 0 0 * * * ?', '2012-03-11T03:00-04:00'],
  ['2012-03-11T00:00-05:00', 'TZ=America/New_York 0 0 1 * * ?', '2012-03-11T01:00-05:00'],
  ['2012-03-11T01:00-05:00', 'TZ=America/New_York 0 0 1 * * ?', '2012-03-12T01:00-04:00'],
  ['2012-03-11T00:00-05:00', 'TZ=America/New_York 0 0 2 * * ?', '2012-03-12T02:00-04:00'],
  ['2012-11-04T00:00-04:00', 'TZ=America/New_York 0 30 2 04 Nov ?', '2012-11-04T02:30-05:00'],
  ['2012-11-04T01:45-04:00', 'TZ=America/New_York 0 30 1 04 Nov ?', '2012-11-04T01:30-05:00'],
  ['2012-11-04T00:00-04:00', 'TZ=America/New_York 0 0 * * * ?', '2012-11-04T01:00-04:00'],
  ['2012-11-04T01:00-04:00', 'TZ=America/New_York 0 0 * * * ?', '2012-11-04T01:00-05:00'],
  ['2012-11-04T01:00-05:00', 'TZ=America/New_York 0 0 * * * ?', '2012-11-04T02:00-05:00'],
  ['2012-11-04T00:00-04:00', 'TZ=America/New_York 0 0 1 * * ?', '2012-11-04T01:00-04:00'],
  ['2012-11-04T01:00-04:00', 'TZ=America/New_York 0 0 1 * * ?', '2012-11-04T01:00-05:00'],
  ['2012-11-04T01:00-05:00', 'TZ=America/New_York 0 0 1 * * ?', '2012-11-05T01:00-05:00'],
  ['2012-11-04T00:00-04:00', 'TZ=America/New_York 0 0 2 * * ?', '2012-11-04T02:00-05:00'],
  ['2012-11-04T02:00-05:00', 'TZ=America/New_York 0 0 2 * * ?', '2012-11-05T02:00-05:00'],
  ['2012-11-04T00:00-04:00', 'TZ=America/New_York 0 0 3 * * ?', '2012-11-04T03:00-05:00'],
  ['2012-11-04T03:00-05:00', 'TZ=America/New_York 0 0 3 * * ?', '2012-11-05T03:00-05:00'],
  ['2012-11-04T00:00-04:00', 'TZ=America/New_York 0 0 3 3 * ?', '2012-12-03T03:00-05:00'],
  ['2018-10-17T05:00-04:00', 'TZ=America/Sao_Paulo 0 0 9 10 * ?', '2018-11-10T06:00-05:00'],
  ['2018-02-14T05:00-05:00', 'TZ=America/Sao_Paulo 0 0 9 22 * ?', '2018-02-22T07:00-05:00'],
  ['2016-01-03T13:09:03+05:30', 'TZ=Asia/Kolkata 14 14 * * *', '2016-01-03T14:14+05:30'],
  ['2016-01-03T04:09:03+05:30', 'TZ=Asia/Kolkata 14 14 * * ?', '2016-01-03T14:14+05:30'],
  ['2016-01-03T14:09:03+05:30', 'TZ=Asia/Kolkata 14 14 * * *', '2016-01-03T14:14+05:30'],
  ['2016-01-03T14:00:00+05:30', 'TZ=Asia/Kolkata 14 14 * * ?', '2016-01-03T14:14+05:30'],
];

test.each(nexts)('robfig next: after %s, %s is next at %s', (after, expression, expected) => {
  const next = parseCron(expression, { dst: 'robfig' }).next(new Date(after));
  expect(next).toEqual(expected === null ? null : new Date(expected));
});

/** Both sides name the same instants. Ranges of parser_test.go, put into the field where they fit. */
const equals: [string, string][] = [
  ['5-5 * * * *', '5 * * * *'],
  ['5-7 * * * *', '5,6,7 * * * *'],
  ['5-6/2 * * * *', '5 * * * *'],
  ['5-7/2 * * * *', '5,7 * * * *'],
  ['5-7/1 * * * *', '5,6,7 * * * *'],
  ['1,5-7/2,3 * * * *', '1,3,5,7 * * * *'],
  ['* 20/2 * * *', '* 20,22 * * *'],
  ['0 0 * */5 *', '0 0 * 1,6,11 *'],
  ['CRON_TZ=UTC  0 5 * * * *', '5 * * * *'],
  ['TZ=UTC  @midnight', '0 0 * * *'],
  ['TZ=Asia/Tokyo @midnight', 'CRON_TZ=Asia/Tokyo 0 0 * * *'],
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
];

test.each(equals)('robfig parser: %s is %s', (one, other) => {
  expect(walk(one, 40)).toEqual(walk(other, 40));
});

const walk = (expression: string, count: number): (Date | null)[] => {
  const cron = parseCron(expression);
  const found: (Date | null)[] = [];
  for (let at: Date | null = new Date('2012-07-09T14:45Z'); at !== null && found.length < count; ) {
    at = cron.next(at);
    found.push(at);
  }
  return found;
};

const refused = [
  'xyz',
  '60 0 * * *',
  '0 60 * * *',
  '0 0 * * XYZ',
  'TZ=America/New_York 15/0 * * * *',
  '5--5 * * * *',
  '0 0 1 jan-x *',
  '2-x * * * *',
  '*/-12 * * * *',
  '*//2 * * * *',
  '* 5 j * * *',
  '@every Xm',
  '@unrecognized',
  '* * * *',
  '',
  '5 j * * *',
];

test.each(refused)('robfig parser: %j is refused', (expression) => {
  expect(() => parseCron(expression)).toThrow();
});

test.each(['15/35 20-35/15 * * * *', '* 5 * * * *', '5 5 * * * *'])(
  'robfig takes seconds (%s); this dialect says that a minute is the finest',
  (expression) => {
    expect(() => parseCron(expression)).toThrow(/no finer than a minute/);
  },
);
