import type { JobSpec } from '../domain/job/job.ts';
import { compileSchedule } from '../domain/schedule/compile-schedule.ts';

/** A job's schedule as the engine walks it: with its bounds and its jitter. */
export interface JobSchedule {
  /** The next due instant strictly later; null: none within ten years, or the schedule's end. */
  nextAfter(instant: number): number | null;
  /** The last due instant strictly earlier, likewise. */
  previousBefore(instant: number): number | null;
}

/** `anchorAt` is from where `@every` counts. Jobs with the same expression and zone share the compiled schedule. */
export const scheduleOf = (job: { id: string; spec: Pick<JobSpec, 'schedule'> }, anchorAt: number): JobSchedule => {
  const { schedule } = job.spec;
  if (schedule === null) return { nextAfter: () => null, previousBefore: () => null };
  const { startsAt, endsAt, jitterMs } = schedule;
  const compiled = compileSchedule(schedule.cron, {
    dst: schedule.dst,
    ...(schedule.timezone !== null && { timezone: schedule.timezone }),
  });
  const shift = jitterMs === 0 ? 0 : Math.floor(stableShare(job.id) * jitterMs);
  return {
    nextAfter(instant) {
      const from = Math.max(instant - shift, (startsAt ?? Number.NEGATIVE_INFINITY) - 1);
      const next = compiled.nextAfter(from, anchorAt);
      return next === null || (endsAt !== null && next > endsAt) ? null : next + shift;
    },
    previousBefore(instant) {
      const from = Math.min(instant - shift, (endsAt ?? Number.POSITIVE_INFINITY) + 1);
      const previous = compiled.previousBefore(from, anchorAt);
      return previous === null || (startsAt !== null && previous < startsAt) ? null : previous + shift;
    },
  };
};

// The same for a job on every host and after every restart: its jitter never moves.
const stableShare = (id: string): number => Math.floor((Number.parseInt(id.slice(0, 8), 16) / 2 ** 32) * 1000) / 1000;
