import { cronError } from './cron-error.ts';

const minute = 60_000_000_000n;
/** What Go's `time.Duration` can hold: 2^63 - 1 nanoseconds, about 292 years. */
const longest = 9_223_372_036_854_775_807n;

const units: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', minute],
  ['h', 60n * minute],
]);

const expectedDuration = 'a duration in whole minutes, such as 90m, 1h30m or 1.5h';

/** Reads the Go duration at `from` to `to` (exclusive) of the expression; in milliseconds. */
export const parseEvery = (expression: string, from: number, to: number): number => {
  const fault = (position: number, end: number, because: string): Error =>
    cronError({ expression, position, received: expression.slice(position, end), expected: expectedDuration, because });

  if (from === to) throw fault(from, to, '@every needs a duration.');
  let total = 0n;
  for (let at = from; at < to; ) {
    const part = /^([0-9]*)(?:(\.)([0-9]*))?([^0-9.]*)/.exec(expression.slice(at, to));
    const [text = '', whole = '', , fraction = '', unit = ''] = part ?? [];
    const unitAt = at + text.length - unit.length;
    if (whole === '' && fraction === '') {
      const sign = unit.startsWith('-') || unit.startsWith('+');
      throw fault(at, to, sign ? 'Signs are not allowed.' : 'A duration is numbers, each with its unit.');
    }
    // Go reads a lone 0 without a unit; it is too short for us either way.
    const size = units.get(unit) ?? (expression.slice(from, to) === '0' ? 1n : undefined);
    if (size === undefined) {
      const because = unit === '' ? 'The number has no unit.' : 'The units are h, m, s, ms, us and ns.';
      throw fault(unitAt, unitAt + unit.length, because);
    }
    if (whole.length > 19) throw fault(at, to, 'It is longer than 292 years.');
    total += amount(whole, fraction, size);
    if (total > longest) throw fault(at, to, 'It is longer than 292 years.');
    at += text.length;
  }
  if (total < minute) throw fault(from, to, 'Runyard schedules are no finer than a minute.');
  if (total % minute !== 0n) throw fault(from, to, 'Runyard schedules are no finer than a minute: no odd seconds.');
  return Number(total / 1_000_000n);
};

/** Exact, as floating point is not: 1.1h is 66 minutes. What lies under a nanosecond is dropped, as Go does. */
const amount = (whole: string, fraction: string, size: bigint): bigint => {
  const digits = fraction.slice(0, 18);
  return BigInt(whole || '0') * size + (BigInt(digits || '0') * size) / 10n ** BigInt(digits.length);
};
