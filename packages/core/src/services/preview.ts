import { RunyardError } from '../domain/errors.ts';
import type { Job } from '../domain/job/job.ts';
import { compileSchedule } from '../domain/schedule/compile-schedule.ts';
import { scheduleOf } from '../engine/schedule-of.ts';

export interface Described {
  cron: string;
  timezone?: string;
  dst?: 'once' | 'robfig';
}

const most = 1000;

/** The next `n` instants, epoch ms; fewer where the schedule ends. */
export const previewSchedule = (
  which: Job | Described,
  { now, n, anchorAt = now }: { now: number; n: number; anchorAt?: number },
): number[] => {
  if (!Number.isInteger(n) || n < 1 || n > most)
    throw new RunyardError('invalid-request', `\`n\` must be a whole number from 1 to ${most}.`, {
      field: 'n',
      received: String(n),
    });
  const nextAfter = 'spec' in which ? scheduleOf(which, anchorAt).nextAfter : described(which, anchorAt);
  const instants: number[] = [];
  for (let at = nextAfter(now); at !== null && instants.length < n; at = nextAfter(at)) instants.push(at);
  return instants;
};

const described = (
  { cron, timezone, dst = 'once' }: Described,
  anchorAt: number,
): ((instant: number) => number | null) => {
  const compiled = compileSchedule(cron, { dst, ...(timezone !== undefined && { timezone }) });
  return (instant) => compiled.nextAfter(instant, anchorAt);
};
