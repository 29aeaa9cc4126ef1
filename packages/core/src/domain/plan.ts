import type { Job } from './job/job.ts';
import { mustWaitForOlder, overlap } from './run/overlap.ts';
import type { Run, StopCause } from './run/run.ts';
import { type DueOutcome, decideDue } from './schedule/missed.ts';

/** All that one tick looks at; bounded (DESIGN 5). */
export interface Snapshot {
  due: readonly DueJob[];
  /** Highest priority first, then oldest. */
  queued: readonly { run: Run; job: Job }[];
  /** Active runs of the Forbid and Replace jobs among these, by job, oldest first. */
  active: ReadonlyMap<string, readonly Active[]>;
  /** Executors whose place this instance serves now. */
  places: ReadonlyMap<string, string>;
  /** Queued runs that were asked to stop, wherever in the queue they are. */
  stopped: readonly Run[];
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

/**
 * The heart: what to do now, from what is known now. Pure. Every decision is carried out under guards, so one that was made
 * on an old snapshot does nothing.
 */
export const plan = (snapshot: Snapshot, now: number): Decision[] => [
  ...snapshot.due.map((due) => fire(due, snapshot.active.get(due.job.id) ?? [], now)),
  ...stoppedDecisions(snapshot),
  ...queuedDecisions(snapshot, now),
];

/** The next instant at which a plan could differ without any news; null: only news can change it. */
export const wakeAt = (snapshot: Snapshot, nextDueAt: number | null, now: number): number | null => {
  let at = nextDueAt;
  const earlier = (instant: number | null): void => {
    if (instant !== null && instant > now && (at === null || instant < at)) at = instant;
  };
  for (const { run, job } of snapshot.queued) {
    earlier(run.notBefore);
    earlier(startDeadline(run, job));
  }
  return at;
};

/** When the run has to be running; null: whenever. */
export const startDeadline = (run: Run, job: Job): number | null =>
  job.spec.limits.startMs === null || run.startedAt !== null ? null : run.createdAt + job.spec.limits.startMs;

const fire = ({ job, first, nextAfter }: DueJob, active: readonly Active[], now: number): Decision => {
  const { schedule, concurrencyPolicy: policy } = job.spec;
  if (schedule === null) throw new TypeError(`job ${job.id} is due without a schedule`);
  const paused = job.pause !== null || !schedule.enabled;
  const due = decideDue({ first, now, nextAfter, rule: schedule.missed, policy, paused });
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
};

const stoppedDecisions = ({ stopped }: Snapshot): Decision[] =>
  stopped.map((run) => ({ kind: 'end', run, cause: run.stop?.cause ?? 'cancelled-by-user' }));

const queuedDecisions = ({ queued, active, places, room }: Snapshot, now: number): Decision[] => {
  const decisions: Decision[] = [];
  const left = new Map<string, number>();
  for (const { run, job } of queued) {
    if (run.stop !== null) continue;
    const deadline = startDeadline(run, job);
    const place = places.get(run.executor);
    const free = left.get(run.executor) ?? room(run.executor);
    if (deadline !== null && deadline <= now) decisions.push({ kind: 'end', run, cause: 'start-deadline' });
    else if (free > 0 && place !== undefined && mayStart(run, job, active, now)) {
      left.set(run.executor, free - 1);
      decisions.push({ kind: 'admit', run, job, place });
    }
  }
  return decisions;
};

const mayStart = (run: Run, job: Job, active: Snapshot['active'], now: number): boolean =>
  run.notBefore <= now &&
  !mustWaitForOlder(run.overrides?.concurrencyPolicy ?? job.spec.concurrencyPolicy, run.id, active.get(job.id) ?? []);
