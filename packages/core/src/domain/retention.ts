import { defaults } from './job/defaults.ts';
import type { Retention } from './job/job.ts';
import type { AttemptState } from './run/run.ts';

/** A run that has ended, with all that decides whether it may be forgotten. */
export interface EndedRun {
  /** Grows with each run that is created. */
  seq: number;
  id: string;
  createdAt: number;
  endedAt: number | null;
  idempotencyKey: string | null;
  attempts: readonly { attempt: number; state: AttemptState }[];
}

/** A clock that is set back by no more than this finds the ledger as it was. */
const leastRowAgeMs = 24 * 3_600_000;

/** A piece of what a job has left behind, oldest first. */
export interface Remains {
  /** Where the newest runs begin that are kept whatever their number; null: there are not more than that. */
  keptFrom: number | null;
  /** Runs that have ended. */
  runs: readonly EndedRun[];
  /** Ledger rows, of which the last may be the job's newest. */
  rows: readonly { from: number; to: number }[];
  /** Its schedule's cursor; null: it has none. */
  nextFireAt: number | null;
}

export interface Expiry {
  retention: Retention;
  removed: boolean;
  now: number;
  /** How much was asked for, of runs and of rows. */
  limit: number;
}

/** What may go. */
export interface Expired {
  runs: EndedRun[];
  /** Rows that end before this; null: none. */
  rowsBefore: number | null;
  /** The job itself, if nothing turns up that is left of it. */
  job: boolean;
  /** There may be more behind the last of these runs. */
  more: boolean;
}

/**
 * Decides what of a job's past may be forgotten: runs that ended longer ago than its age, or that are not among its newest, once
 * nothing of theirs is left to dispose of and nobody may call for them by their key; and ledger rows of that age.
 */
export const expired = (remains: Remains, expiry: Expiry): Expired => {
  const { retention, removed, now, limit } = expiry;
  const bound = now - retention.maxAgeMs;
  const isOver = ({ seq }: EndedRun): boolean => remains.keptFrom !== null && seq < remains.keptFrom;
  const runs = remains.runs.filter(
    (run) => (isOver(run) || (run.endedAt ?? run.createdAt) < bound) && isDone(run) && !isRemembered(run, now),
  );
  // The newest row says up to where the schedule is covered, and a cursor that follows a clock set back meets those behind it.
  const rowBound = removed ? bound : Math.min(bound, now - leastRowAgeMs, remains.nextFireAt ?? bound);
  const rows = remains.rows.slice(0, -1).filter(({ to }) => to < rowBound);
  const last = remains.runs.at(-1);
  const moreRuns = remains.runs.length === limit && last !== undefined && (isOver(last) || last.createdAt < bound);
  const moreRows = remains.rows.length === limit && rows.length === limit - 1;
  const row = rows.at(-1);
  return {
    runs,
    rowsBefore: row ? row.to + 1 : null,
    job: removed && runs.length === remains.runs.length && !moreRuns && remains.rows.every(({ to }) => to < bound),
    more: moreRuns || moreRows,
  };
};

const isDone = ({ attempts }: EndedRun): boolean => attempts.every(({ state }) => state === 'disposed');

const isRemembered = ({ idempotencyKey, createdAt }: EndedRun, now: number): boolean =>
  idempotencyKey !== null && now - createdAt < defaults.idempotencyMs;
