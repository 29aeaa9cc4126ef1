import type { Job } from './job/job.ts';
import { mustWaitForOlder, overlap } from './run/overlap.ts';
import type { Run, StopCause } from './run/run.ts';
import { type DueOutcome, decideDue } from './schedule/missed.ts';

/** What one tick looks at of the queue; bounded (DESIGN 5). */
export interface Snapshot {
  /** What may start, as far as the store can tell: highest priority first, then oldest. */
  queued: readonly { run: Run; job: Job }[];
  /** Active runs of the jobs whose runs must not overlap, by job, oldest first. */
  active: ReadonlyMap<string, readonly Active[]>;
  /** Executors whose place this instance serves now. */
  places: ReadonlyMap<string, string>;
  /** Queued runs that were asked to stop, wherever in the queue they are. */
  stopped: readonly Run[];
  /** Queued runs past their start deadline. */
  overdue: readonly Run[];
  /** How many more launches may be in flight at an executor. */
  room(executor: string): number;
}

/** A run that is not over yet, with whether it was asked to stop. */
export interface Active {
  id: string;
  stop: object | null;
}

export interface DueJob {
  job: Job;
  /** `next_fire_at`. */
  first: number;
  nextAfter(instant: number): number | null;
  previousBefore(instant: number): number | null;
  /** Its active runs, oldest first; only looked at under Forbid and Replace. */
  active: readonly Active[];
}

export type Decision =
  /** Move the cursor past these instants, with their rows and runs. */
  | ({ kind: 'fire'; job: Job; first: number; due: DueOutcome } & FireOverlap)
  | { kind: 'admit'; run: Run; job: Job; place: string }
  /** A queued run that ends without being started. */
  | { kind: 'end'; run: Run; cause: StopCause };

export interface FireOverlap {
  /** Under Forbid: the run in the way, for which the new one is skipped. */
  skippedFor: string | null;
  /** Under Replace: runs to ask to stop. */
  replaces: readonly string[];
  /** The active runs that this was decided on; null where they do not matter. */
  whileActive: readonly string[] | null;
}

/*
 * The heart: what to do now, from what is known now. Pure. Every decision is carried out under guards, so one that was made
 * on an old snapshot does nothing.
 */

/** What becomes of the queue. */
export const plan = (snapshot: Snapshot, now: number): Decision[] => [...ended(snapshot), ...admissions(snapshot, now)];

/** What becomes of a job's due instants. Yields now and then, see `decideDue`. */
export function* planDue(
  { job, first, nextAfter, previousBefore, active }: DueJob,
  now: number,
): Generator<void, Decision> {
  const { schedule, concurrencyPolicy: policy } = job.spec;
  if (schedule === null) throw new TypeError(`job ${job.id} is due without a schedule`);
  const paused = job.pause !== null || !schedule.enabled;
  const due = yield* decideDue({ first, now, nextAfter, previousBefore, rule: schedule.missed, policy, paused });
  const result = due.run.length === 0 ? { kind: 'start' as const } : overlap(policy, active);
  return {
    kind: 'fire',
    job,
    first,
    due,
    skippedFor: result.kind === 'forbidden' ? result.by : null,
    replaces: result.kind === 'replace' ? result.ids : [],
    whileActive: policy === 'Allow' || due.run.length === 0 ? null : active.map(({ id }) => id),
  };
}

const ended = ({ stopped, overdue }: Snapshot): Decision[] => {
  const byRequest = new Set(stopped.map(({ id }) => id));
  return [
    ...stopped.map((run): Decision => ({ kind: 'end', run, cause: run.stop?.cause ?? 'cancelled-by-user' })),
    ...overdue
      .filter(({ id }) => !byRequest.has(id))
      .map((run): Decision => ({ kind: 'end', run, cause: 'start-deadline' })),
  ];
};

const admissions = ({ queued, overdue, active, places, room }: Snapshot, now: number): Decision[] => {
  const tooLate = new Set(overdue.map(({ id }) => id));
  const decisions: Decision[] = [];
  const left = new Map<string, number>();
  for (const { run, job } of queued) {
    const place = places.get(run.executor);
    const free = left.get(run.executor) ?? room(run.executor);
    if (place === undefined || free <= 0 || tooLate.has(run.id) || !mayStart(run, active, now)) continue;
    left.set(run.executor, free - 1);
    decisions.push({ kind: 'admit', run, job, place });
  }
  return decisions;
};

const mayStart = (run: Run, active: Snapshot['active'], now: number): boolean =>
  run.notBefore <= now &&
  run.stop === null &&
  !mustWaitForOlder(run.concurrencyPolicy, run.id, active.get(run.jobId) ?? []);
