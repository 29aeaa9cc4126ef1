import { expect, test } from 'vitest';
import { parseCron } from '../src/domain/schedule/cron.ts';
import { firesOf, minutesOf } from './cron-oracle.ts';
import { randomExpression, randomFrom } from './cron-random.ts';

const hour = 3_600_000;
const seed = Number(process.env.SEED ?? 20_261_122);
const expressions = Number(process.env.CRON_EXPRESSIONS ?? 25);

/** Days around a change of the clock, or of none. */
const places: [zone: string, around: string][] = [
  ['UTC', '2024-02-28T12:00Z'],
  ['Asia/Kolkata', '2023-12-31T12:00Z'],
  ['America/New_York', '2012-03-11T07:00Z'],
  ['America/New_York', '2012-11-04T06:00Z'],
  ['Europe/Berlin', '2026-03-29T01:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00Z'],
  ['Europe/London', '2030-10-27T01:00Z'],
  ['Australia/Lord_Howe', '2024-04-06T15:00Z'],
  ['Australia/Lord_Howe', '2024-10-05T15:30Z'],
  ['America/Sao_Paulo', '2018-02-18T02:00Z'],
  ['America/Sao_Paulo', '2018-11-04T03:00Z'],
  ['Africa/Cairo', '2024-04-25T22:00Z'],
  ['Africa/Cairo', '2024-10-31T21:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00Z'],
  ['Pacific/Kwajalein', '1993-08-21T12:00Z'],
  ['America/Havana', '2024-03-10T05:00Z'],
  ['America/Santiago', '2024-09-08T04:00Z'],
  ['America/St_Johns', '2011-03-13T03:31Z'],
  ['America/Caracas', '2016-05-01T07:00Z'],
  ['Asia/Pyongyang', '2018-05-04T15:00Z'],
  ['Asia/Kathmandu', '1985-12-31T18:30Z'],
  ['Africa/Casablanca', '2026-02-15T02:00Z'],
  ['Africa/Casablanca', '2026-03-22T02:00Z'],
  ['Antarctica/Troll', '2026-03-29T01:00Z'],
  ['Antarctica/Casey', '2020-10-03T16:01Z'],
  ['America/Scoresbysund', '2024-03-31T01:00Z'],
  ['Asia/Gaza', '2040-10-26T23:00Z'],
  ['America/Noronha', '2000-10-15T01:00Z'],
];

test.each(places)('%s around %s: what fires is what the minute-by-minute oracle says', (zone, around) => {
  const start = new Date(around).getTime() - 60 * hour;
  const end = start + 120 * hour;
  const minutes = minutesOf(zone, start, end);
  const random = randomFrom(seed + start / 60_000);
  for (let n = 0; n < expressions; n++) {
    const { expression, sets } = randomExpression(random);
    for (const dst of ['once', 'robfig'] as const) {
      const cron = parseCron(expression, { timezone: zone, dst });
      const expected = firesOf(sets, minutes, dst);
      const what = `${expression} in ${zone}, ${dst}, SEED=${seed}`;
      expect(forward(cron, start, end), what).toEqual(expected);
      expect(backward(cron, start, end), `previous: ${what}`).toEqual(expected);
      // Between two runs and on them, also off the minute, both directions name the neighbours.
      const at = start + Math.floor(random() * (end - start));
      const later = expected.find((instant) => instant > at);
      const earlier = expected.findLast((instant) => instant < at);
      if (later !== undefined) expect(cron.next(new Date(at))?.getTime(), what).toBe(later);
      if (earlier !== undefined) expect(cron.previous(new Date(at))?.getTime(), what).toBe(earlier);
    }
  }
});

type Cron = ReturnType<typeof parseCron>;

const forward = (cron: Cron, start: number, end: number): number[] => {
  const fired: number[] = [];
  for (let at = cron.next(new Date(start - 1)); at !== null && at.getTime() < end; at = cron.next(at)) {
    fired.push(at.getTime());
  }
  return fired;
};

const backward = (cron: Cron, start: number, end: number): number[] => {
  const fired: number[] = [];
  for (let at = cron.previous(new Date(end)); at !== null && at.getTime() >= start; at = cron.previous(at)) {
    fired.unshift(at.getTime());
  }
  return fired;
};

test('previous is the mirror of next over years, in every rule', () => {
  const random = randomFrom(seed);
  for (let n = 0; n < expressions * 20; n++) {
    const { expression } = randomExpression(random);
    const zone = places[Math.floor(random() * places.length)]?.[0] ?? 'UTC';
    const dst = random() < 0.5 ? 'once' : 'robfig';
    const cron = parseCron(expression, { timezone: zone, dst });
    const at = new Date(Date.UTC(1971 + Math.floor(random() * 120), 0, 1) + Math.floor(random() * 8760 * hour));
    const next = cron.next(at);
    if (next === null) continue;
    const what = `${expression} in ${zone}, ${dst}, at ${at.toISOString()}, SEED=${seed}`;
    const after = cron.next(next);
    if (after !== null) expect(cron.previous(after), what).toEqual(next);
    const before = cron.previous(next);
    if (before !== null) expect(cron.next(before), what).toEqual(next);
    if (before !== null) expect(before.getTime(), what).toBeLessThanOrEqual(at.getTime());
  }
});
