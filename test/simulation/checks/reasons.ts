import type { Occurrence } from '../../../packages/core/src/domain/run/run.ts';
import type { JobFacts } from '../facts.ts';
import type { Check } from './check.ts';

const minute = 60_000;

/** An instant that was not run says why, and it is so: lateness, window, rule, cap and pause (DESIGN 5). */
export const saysWhyItDidNotRun: Check = async ({ store, profile }, { jobs }) => {
  const found: string[] = [];
  for (const [id, job] of jobs) {
    const rows = await store.occurrences({ jobId: id, from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1e6 });
    for (const row of rows) {
      const wrong = row.runId === null && !isSo(row, job, profile.freezes || profile.clockJumps);
      if (wrong)
        found.push(
          `job ${id}: the row up to ${new Date(row.to).toISOString()} says ${row.reason}, recorded at ${row.recordedAt}`,
        );
    }
  }
  return found;
};

// A process that stood still acts on the job as it knew it, and where the clock jumps nothing tells which version was in force.
const isSo = ({ to, recordedAt, reason }: Occurrence, { versions }: JobFacts, anyVersion: boolean): boolean => {
  const late = recordedAt - to;
  const inForce = anyVersion
    ? versions
    : versions.filter(
        ({ job }, i) => (versions[i + 1]?.job.updatedAt ?? Infinity) >= recordedAt && job.updatedAt <= recordedAt,
      );
  return (inForce.length > 0 ? inForce : versions).some(({ job }) => {
    const { schedule, concurrencyPolicy } = job.spec;
    switch (reason) {
      case 'missed-window':
        return schedule !== null && late > schedule.missed.windowMs && late > minute;
      case 'missed-skipped':
        return schedule?.missed.rule === 'skip' && late > minute;
      case 'missed-collapsed':
        return schedule?.missed.rule === 'latest' || concurrencyPolicy === 'Replace';
      case 'missed-cap':
        return schedule?.missed.rule === 'all';
      case 'paused':
      case 'schedule-edited':
        return true; // told apart by `firesNothingUnderAPause` and the coverage of what is due
      default:
        return false;
    }
  });
};
