import { RunyardError } from '../errors.ts';
import type { DstRule } from './build-schedule.ts';
import { compileSchedule } from './compile-schedule.ts';

export interface Cron {
  /** As it was given. */
  readonly expression: string;
  readonly timezone: string;
  /** The first time strictly later than `after`; null when nothing fires within ten years. */
  next(after: Date): Date | null;
  /** The last time strictly earlier than `before`; null when nothing fired within ten years. */
  previous(before: Date): Date | null;
  /** One sentence for a person: `At 02:30 on Monday to Friday, New York time`. */
  describe(): string;
}

export interface CronOptions {
  /** IANA name; refused beside a `TZ=` in the expression. Default UTC. */
  timezone?: string | undefined;
  /** What becomes of wall times that a change of the clock skips or repeats. Default `once`. */
  dst?: DstRule | undefined;
}

/**
 * Reads a cron expression. `@every` counts from 1970-01-01T00:00:00Z here; a job's counts from its own anchor.
 * Throws `invalid-cron` (with `position`), `unknown-zone` and `invalid-option`.
 */
export const parseCron = (expression: string, options: CronOptions = {}): Cron => {
  const schedule = compileSchedule(expression, options);
  return {
    expression,
    timezone: schedule.timezone,
    next: (after) => toDate(schedule.nextAfter(toMs(after, 'after'), 0)),
    previous: (before) => toDate(schedule.previousBefore(toMs(before, 'before'), 0)),
    describe: () => schedule.describe(),
  };
};

const toDate = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

const toMs = (date: Date, field: string): number => {
  const ms = date.getTime();
  if (!Number.isNaN(ms)) return ms;
  throw new RunyardError('invalid-option', `The argument ${field} is not a valid Date.`, {
    field,
    expected: 'a valid Date',
    received: 'Invalid Date',
  });
};
