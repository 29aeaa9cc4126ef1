import { RunyardError } from '../domain/errors.ts';
import type { Job } from '../domain/job/job.ts';
import type { JobInput, ScheduleInput } from '../domain/job/job-schema.ts';
import { parseSchedule } from '../domain/job/parse-job.ts';
import { type JobSchedule, scheduleOf } from '../engine/schedule-of.ts';
import { checkSchedule } from './check-spec.ts';

/** A schedule, or a job that has one, that is not stored. */
export type Described = ScheduleInput | Pick<JobInput, 'schedule'>;

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
  const { nextAfter } = 'spec' in which ? scheduleOf(which, anchorAt) : described(which, anchorAt);
  const instants: number[] = [];
  for (let at = nextAfter(now); at !== null && instants.length < n; at = nextAfter(at)) instants.push(at);
  return instants;
};

// Its jitter would follow from the id that it does not have yet.
const described = (which: Described, anchorAt: number): JobSchedule => {
  const given = 'cron' in which ? which : which.schedule;
  const schedule = given ? { ...parseSchedule(given), jitterMs: 0 } : null;
  checkSchedule({ schedule });
  return scheduleOf({ id: '', spec: { schedule } }, anchorAt);
};
