import type { Job, ScheduleCursor } from '../domain/job/job.ts';
import { scheduleOf } from '../engine/schedule-of.ts';

/** Where a new job's schedule begins: the first instant after now. */
export const firstCursor = (job: Job, now: number): ScheduleCursor | null =>
  job.spec.schedule && { jobId: job.id, anchorAt: now, nextFireAt: scheduleOf(job, now).nextAfter(now) };

/**
 * Where the schedule stands after an edit: undefined keeps it, null takes it away. Instants that were due before the edit
 * are not fired by it; the anchor of `@every` moves only with the expression.
 */
export const movedCursor = ({
  before,
  after,
  current,
  now,
}: {
  before: Job;
  after: Job;
  current: ScheduleCursor | null;
  now: number;
}): ScheduleCursor | null | undefined => {
  if (!after.spec.schedule) return before.spec.schedule ? null : undefined;
  if (!before.spec.schedule || !current) return firstCursor(after, now);
  if (timing(before) === timing(after)) return undefined;
  const anchorAt = before.spec.schedule.cron === after.spec.schedule.cron ? current.anchorAt : now;
  return { jobId: after.id, anchorAt, nextFireAt: scheduleOf(after, anchorAt).nextAfter(now) };
};

// All that decides when it fires. A pause is no part of it: instants under it are covered as they pass.
const timing = ({ spec: { schedule } }: Job): string =>
  JSON.stringify(
    schedule && [schedule.cron, schedule.timezone, schedule.dst, schedule.startsAt, schedule.endsAt, schedule.jitterMs],
  );
