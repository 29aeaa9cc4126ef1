import { cronError } from './cron-error.ts';
import type { FieldRule } from './field-rules.ts';

/** The numbers of one field as two words: 0 to 31 and 32 to 63. */
export interface FieldSet {
  low: number;
  high: number;
  /** An item is `*` or `?`, with step 1: decides how the two day fields combine. */
  starred: boolean;
  /** An item is `*` or `?` or has a step: in the hour field, such schedules follow real time. */
  sweeps: boolean;
}

/** Reads the field that stands at `from` to `to` (exclusive) of the expression. */
export const parseField = (expression: string, from: number, to: number, rule: FieldRule): FieldSet => {
  const set: FieldSet = { low: 0, high: 0, starred: false, sweeps: false };
  let at = from;
  for (;;) {
    const comma = expression.indexOf(',', at);
    const end = comma === -1 || comma > to ? to : comma;
    addItem(set, { expression, at, end, rule });
    if (end === to) return set;
    at = end + 1;
  }
};

interface Item {
  expression: string;
  at: number;
  end: number;
  rule: FieldRule;
}

/** `*`, `?`, `N` or `N-M`, each with an optional `/step`. */
const addItem = (set: FieldSet, item: Item): void => {
  const { expression, at, end, rule } = item;
  const slash = expression.indexOf('/', at);
  const hasStep = slash !== -1 && slash < end;
  const rangeEnd = hasStep ? slash : end;
  const step = hasStep ? parseStep(item, slash + 1) : 1;

  if (isStar(expression.charCodeAt(at)) && at < end) {
    if (at + 1 < rangeEnd) throw fault(item, at + 1, rangeEnd, "',', '/' or the end of the field after a star");
    set.sweeps = true;
    if (step === 1) set.starred = true;
    addNumbers(set, rule.min, rule.max, step);
    return;
  }

  if (hasStep) set.sweeps = true;
  const hyphen = expression.indexOf('-', at);
  if (hyphen <= at || hyphen >= rangeEnd) {
    // A lone 7 is Sunday as 0 is, also where it begins `N/step`.
    const first = parseValue(item, at, rangeEnd);
    const value = first > rule.max ? rule.min : first;
    addNumbers(set, value, hasStep ? rule.max : value, step);
    return;
  }
  const first = parseValue(item, at, hyphen);
  const last = parseValue(item, hyphen + 1, rangeEnd);
  if (first > last) {
    const hint = rule.highest > rule.max ? ' Sunday as the end of a range is 7.' : '';
    throw fault(item, at, rangeEnd, 'a range from low to high', `The range runs backwards.${hint}`);
  }
  addNumbers(set, first, Math.min(last, rule.max), step);
  // 7 at the end of a range is the Sunday after Saturday, when the step lands on it.
  if (last > rule.max && (last - first) % step === 0) addNumbers(set, rule.min, rule.min, 1);
};

const addNumbers = (set: FieldSet, first: number, last: number, step: number): void => {
  for (let n = first; n <= last; n += step) {
    if (n < 32) set.low |= 1 << n;
    else set.high |= 1 << (n - 32);
  }
};

/** A number or name that the field allows. */
const parseValue = (item: Item, from: number, to: number): number => {
  const { rule } = item;
  if (rule.names.size > 0 && to - from === 3) {
    const named = rule.names.get(item.expression.slice(from, to).toLowerCase());
    if (named !== undefined) return named;
  }
  const value = parseDigits(item, from, to, rule.expected);
  if (value < rule.min || value > rule.highest) throw fault(item, from, to, rule.expected);
  return value;
};

const parseStep = (item: Item, from: number): number => {
  const step = parseDigits(item, from, item.end, 'a step of 1 or more');
  if (step === 0) throw fault(item, from, item.end, 'a step of 1 or more');
  return step;
};

const parseDigits = (item: Item, from: number, to: number, expected: string): number => {
  if (from === to) throw fault(item, from, to, expected);
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = item.expression.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) throw notADigit(item, from, to, at, expected);
    value = value * 10 + digit;
  }
  return value;
};

/** Points at the first character that cannot stand there; at the whole of a word that means nothing here. */
const notADigit = (item: Item, from: number, to: number, at: number, expected: string): Error => {
  if (at > from) return fault(item, at, to, `${expected} and nothing after its digits`);
  const sign = item.expression[at] === '-' || item.expression[at] === '+';
  return fault(item, from, to, expected, sign ? 'Signs are not allowed.' : undefined);
};

const fault = (item: Item, from: number, to: number, expected: string, because?: string): Error =>
  cronError({
    expression: item.expression,
    position: from,
    received: item.expression.slice(from, to),
    expected,
    field: item.rule.name,
    ...(because === undefined ? {} : { because }),
  });

const isStar = (code: number): boolean => code === 42 || code === 63;
