import { cronError } from './cron-error.ts';
import { dayOfMonthRule, dayOfWeekRule, type FieldRule, hourRule, minuteRule, monthRule } from './field-rules.ts';
import { parseEvery } from './parse-every.ts';
import { type FieldSet, parseField } from './parse-field.ts';

export interface ParsedExpression {
  /** The name after `TZ=` or `CRON_TZ=`. */
  zone: Token | null;
  body: { kind: 'fields'; fields: CronFields } | { kind: 'every'; periodMs: number };
}

export interface CronFields {
  minute: FieldSet;
  hour: FieldSet;
  dayOfMonth: FieldSet;
  month: FieldSet;
  dayOfWeek: FieldSet;
  /** Where the day of the month was written; null for descriptors. */
  dayOfMonthToken: Token | null;
}

/** A stretch of the expression without blanks. */
export interface Token {
  /** Offset of its first character. */
  from: number;
  /** Offset after its last character. */
  to: number;
}

export const parseExpression = (expression: string): ParsedExpression => {
  const tokens = tokenize(expression);
  const zone = zoneToken(expression, tokens[0]);
  const rest = zone === null ? tokens : tokens.slice(1);
  const first = rest[0];
  if (first === undefined) {
    throw cronError({ expression, position: expression.length, received: '', expected: 'five fields or a descriptor' });
  }
  const body =
    expression[first.from] === '@' ? parseDescriptor(expression, rest, first) : parseFields(expression, rest);
  return { zone, body };
};

const tokenize = (expression: string): Token[] => {
  const tokens: Token[] = [];
  const { length } = expression;
  for (let at = 0; at < length; at++) {
    if (isBlank(expression, at)) continue;
    const from = at;
    while (at < length && !isBlank(expression, at)) at++;
    tokens.push({ from, to: at });
  }
  return tokens;
};

/** ASCII blanks at once; the rest of Unicode, which `strings.Fields` of Go splits at as well, by the slow way. */
const isBlank = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code === 32 || (code >= 9 && code <= 13) || (code > 127 && /\s|\u0085/.test(text.charAt(at)));
};

const zoneToken = (expression: string, token: Token | undefined): Token | null => {
  for (const prefix of ['TZ=', 'CRON_TZ=']) {
    if (token !== undefined && expression.startsWith(prefix, token.from)) {
      return { from: token.from + prefix.length, to: token.to };
    }
  }
  return null;
};

/** Exact spelling only, as in robfig/cron. */
const descriptors: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

const parseDescriptor = (expression: string, tokens: readonly Token[], first: Token): ParsedExpression['body'] => {
  const name = expression.slice(first.from, first.to);
  const fields = descriptors.get(name);
  if (fields === undefined && name !== '@every') {
    const expected = `${[...descriptors.keys()].join(', ')} or @every <duration>, in lower case`;
    throw cronError({ expression, position: first.from, received: name, expected });
  }
  const extra = tokens[name === '@every' ? 2 : 1];
  if (extra !== undefined) {
    const received = expression.slice(extra.from).trimEnd();
    throw cronError({ expression, position: extra.from, received, expected: `nothing more after ${name}` });
  }
  if (fields !== undefined) {
    const body = parseFields(fields, tokenize(fields));
    return { kind: 'fields', fields: { ...body.fields, dayOfMonthToken: null } };
  }
  const duration = tokens[1] ?? { from: expression.length, to: expression.length };
  return { kind: 'every', periodMs: parseEvery(expression, duration.from, duration.to) };
};

const parseFields = (expression: string, written: readonly Token[]): { kind: 'fields'; fields: CronFields } => {
  const surplus = written[6];
  if (surplus !== undefined) throw wrongCount(expression, surplus.from, written.length);
  const tokens = written.length === 6 ? withoutSeconds(expression, written) : written;
  const [minute, hour, dayOfMonth, month, dayOfWeek] = tokens;
  if (!minute || !hour || !dayOfMonth || !month || !dayOfWeek) {
    throw wrongCount(expression, expression.length, written.length);
  }
  const field = (token: Token, rule: FieldRule): FieldSet => parseField(expression, token.from, token.to, rule);
  return {
    kind: 'fields',
    fields: {
      minute: field(minute, minuteRule),
      hour: field(hour, hourRule),
      dayOfMonth: field(dayOfMonth, dayOfMonthRule),
      month: field(month, monthRule),
      dayOfWeek: field(dayOfWeek, dayOfWeekRule),
      dayOfMonthToken: dayOfMonth,
    },
  };
};

/** Six fields are read seconds-first. */
const withoutSeconds = (expression: string, tokens: readonly Token[]): readonly Token[] => {
  const [seconds, ...rest] = tokens;
  if (seconds === undefined) return rest;
  const received = expression.slice(seconds.from, seconds.to);
  if (received !== '0') {
    throw cronError({
      expression,
      position: seconds.from,
      received,
      expected: '0 in the seconds field, or five fields',
      because: 'Six fields begin with seconds, and Runyard schedules are no finer than a minute.',
    });
  }
  return rest;
};

const wrongCount = (expression: string, position: number, count: number): Error =>
  cronError({
    expression,
    position,
    received: expression.slice(position).trimEnd(),
    expected: 'five fields: minute, hour, day of month, month, day of week',
    because: `There ${count === 1 ? 'is 1 field' : `are ${count} fields`}.`,
  });
