import { calendarOf } from '../calendar.ts';
import type { JobFacts } from '../facts.ts';
import type { History } from '../history.ts';
import type { Check } from './check.ts';

/** No occurrence is fired twice or vanishes without a row (DESIGN 10); each is covered by exactly one row (DESIGN 1). */
export const coversEachInstantOnce: Check = async ({ store, history, profile }, { jobs, runs }) => {
  const found: string[] = [];
  for (const [id, job] of jobs) {
    const rows = await store.occurrences({ jobId: id, from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1e6 });
    for (const [i, row] of rows.entries()) {
      const next = rows[i + 1];
      if (next && next.from <= row.to)
        found.push(`job ${id}: the rows at ${at(row.from)} and ${at(next.from)} overlap`);
      if ((row.runId === null) === (row.reason === null))
        if (row.reason !== 'forbidden-overlap')
          found.push(`job ${id}: the row at ${at(row.from)} has neither run nor reason`);
      const run = row.runId === null ? null : runs.get(row.runId)?.run;
      if (run === undefined || (run && run.dueAt !== row.from))
        found.push(`job ${id}: the row at ${at(row.from)} names another run`);
    }
    if (job.removed) continue;
    const { due, until, counts } = profile.clockJumps ? dueUnderJumps(history, job) : dueUnderEdits(job);
    for (const instant of due) {
      if (instant < (job.rowsPrunedBefore ?? Number.NEGATIVE_INFINITY)) continue;
      const covering = rows.filter(({ from, to }) => from <= instant && instant <= to);
      if (covering.length !== 1 && instant <= until)
        found.push(`job ${id}: ${covering.length} rows for ${at(instant)}`);
    }
    for (const { from, to, count, runId, reason } of rows) {
      if (count !== counts(from, to))
        found.push(`job ${id}: the row ${at(from)}..${at(to)} (${reason}) counts ${count}, not ${counts(from, to)}`);
      if (runId === null && counts(until + 1, to) > 0)
        found.push(`job ${id}: the row ${at(from)}..${at(to)} (${reason}) is of instants to come`);
    }
  }
  const byInstant = new Map<string, string>();
  for (const { run } of runs.values()) {
    if (run.dueAt === null) continue;
    const instant = `job ${run.jobId} at ${at(run.dueAt)}`;
    if (byInstant.has(instant)) found.push(`${instant} was fired twice: ${byInstant.get(instant)} and ${run.id}`);
    byInstant.set(instant, run.id);
  }
  return found;
};

interface Due {
  due: readonly number[];
  /** When the schedule was taken away: later instants are not due any more. */
  until: number;
  counts(from: number, to: number): number;
}

// The clock only goes forward: each version of the schedule is in force from its own `updatedAt` to that of the next.
const dueUnderEdits = ({ versions }: JobFacts): Due => {
  const due: number[] = [];
  for (const [i, { job, anchorAt }] of versions.entries()) {
    const next = versions[i + 1]?.job.updatedAt;
    const { schedule } = job.spec;
    if (schedule && next !== undefined) due.push(...calendarOf(schedule.cron, anchorAt).between(job.updatedAt, next));
  }
  const until = versions.at(-1)?.job.updatedAt ?? 0;
  return { due, until, counts: (from, to) => due.filter((instant) => from <= instant && instant <= to).length };
};

// The clock jumps, and the schedule stays what it is until it is taken away: due is what the clock has passed.
const dueUnderJumps = ({ clock }: History, { versions }: JobFacts): Due => {
  const first = versions[0];
  const last = versions.at(-1);
  const schedule = first?.job.spec.schedule;
  if (!first || !last || !schedule) return { due: [], until: 0, counts: () => 0 };
  const calendar = calendarOf(schedule.cron, first.anchorAt);
  const due = new Set<number>();
  // What the clock shows again is due again, but nothing is due before the job was made.
  const add = (after: number, until: number): void => {
    for (const instant of calendar.between(after, until)) if (instant > first.job.createdAt) due.add(instant);
  };
  for (const [i, { mono, offset }] of clock.entries()) {
    const before = clock[i - 1];
    if (before && mono > first.mono && mono < last.mono) add(mono + before.offset, mono + offset);
    const from = Math.max(mono, first.mono);
    const to = Math.min(clock[i + 1]?.mono ?? Number.POSITIVE_INFINITY, last.mono);
    if (from < to) add(from + offset, to + offset);
  }
  const until = last.job.updatedAt;
  return {
    due: [...due].filter((instant) => instant <= until),
    until,
    counts: (from, to) => calendar.between(from - 1, to).length,
  };
};

const at = (instant: number): string => new Date(instant).toISOString();
