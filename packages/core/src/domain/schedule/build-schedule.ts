import { RunyardError } from '../errors.ts';
import { type CronFault, cronError } from './cron-error.ts';
import { describeEvery, describeFields } from './describe.ts';
import { everyAfter, everyBefore } from './every.ts';
import { instantAfter, instantBefore, tenYears } from './in-zone.ts';
import { type CronFields, type ParsedExpression, parseExpression } from './parse-expression.ts';
import { canFire, wallTimes } from './wall-times.ts';
import { type Zone, zoneNamed } from './zone.ts';

export type DstRule = 'once' | 'robfig';

export interface ScheduleOptions {
  /** IANA name. Only where the expression has no zone of its own; without either it is UTC. */
  timezone?: string | null | undefined;
  /** Default `once`. */
  dst?: DstRule | undefined;
}

/** A compiled expression. Holds nothing of any job, so all jobs may share it. Instants are epoch milliseconds. */
export interface Schedule {
  readonly expression: string;
  readonly timezone: string;
  readonly dst: DstRule;
  /** Why it can never fire (30 February); null when it can. */
  readonly neverFires: CronFault | null;
  /** The first instant later than `ms`; null: none within ten years. Only `@every` looks at the anchor. */
  nextAfter(ms: number, anchorMs: number): number | null;
  /** The last instant earlier than `ms`; null: none within ten years. */
  previousBefore(ms: number, anchorMs: number): number | null;
  /** One sentence for a person. */
  describe(): string;
}

/** Parses anew. `compileSchedule` is the one to use: it shares what it has built. */
export const buildSchedule = (expression: string, options: ScheduleOptions): Schedule => {
  const dst = options.dst ?? 'once';
  checkTypes(expression, dst);
  const { zone: written, body } = parseExpression(expression);
  const zone = zoneOf(expression, written, options.timezone ?? null);
  const head = { expression, timezone: zone.name, dst };
  return body.kind === 'every'
    ? { ...head, ...everySchedule(expression, body.periodMs) }
    : { ...head, ...fieldSchedule(expression, body.fields, zone, dst) };
};

type ScheduleBody = Omit<Schedule, 'expression' | 'timezone' | 'dst'>;

const everySchedule = (expression: string, periodMs: number): ScheduleBody => ({
  neverFires: periodMs > tenYears ? { ...neverFires(expression, 0), expected: 'a period of at most ten years' } : null,
  nextAfter: (ms, anchorMs) => everyAfter(periodMs, anchorMs, ms),
  previousBefore: (ms, anchorMs) => everyBefore(periodMs, anchorMs, ms),
  describe: () => describeEvery(periodMs),
});

const fieldSchedule = (expression: string, fields: CronFields, zone: Zone, dst: DstRule): ScheduleBody => {
  const times = wallTimes(fields);
  const zoned = { times, zone, once: dst === 'once' && !fields.hour.sweeps };
  const describe = (): string => describeFields(times, zone.name);
  if (!canFire(times)) {
    const { from, to } = fields.dayOfMonthToken ?? { from: 0, to: expression.length };
    const fault = { ...neverFires(expression, from), received: expression.slice(from, to) };
    return { neverFires: fault, nextAfter: () => null, previousBefore: () => null, describe };
  }
  return {
    neverFires: null,
    nextAfter: (ms) => instantAfter(zoned, ms),
    previousBefore: (ms) => instantBefore(zoned, ms),
    describe,
  };
};

const neverFires = (expression: string, position: number): CronFault => ({
  expression,
  position,
  received: expression.slice(position),
  expected: 'a day that one of the named months has',
  because: 'This schedule never fires.',
});

const zoneOf = (expression: string, written: ParsedExpression['zone'], timezone: string | null): Zone => {
  if (written === null) return zoneNamed(timezone ?? 'UTC', { field: 'timezone' });
  if (timezone !== null) {
    const position = expression.search(/\S/);
    throw cronError({
      expression,
      position,
      received: expression.slice(position, written.to),
      expected: 'the zone in one place',
      because: `The zone is given by a prefix and by the timezone ${JSON.stringify(timezone)}.`,
    });
  }
  return zoneNamed(expression.slice(written.from, written.to), { position: written.from });
};

/** For callers without types. */
const checkTypes = (expression: unknown, dst: unknown): void => {
  if (typeof expression !== 'string') {
    throw new RunyardError('invalid-cron', `A cron expression is a string, not ${typeof expression}.`, {
      position: 0,
      expected: 'a string',
      received: typeof expression,
    });
  }
  if (dst !== 'once' && dst !== 'robfig') {
    throw new RunyardError('invalid-option', `The option dst is 'once' or 'robfig', not ${JSON.stringify(dst)}.`, {
      field: 'dst',
      expected: "'once' or 'robfig'",
      received: String(dst),
    });
  }
};
