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
  /** How many more launches may be in flight. */
  room: number;
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

const queuedDecisions = ({ queued, active, places, room }: Snapshot, now: number): Decision[] => {
  const decisions: Decision[] = [];
  let left = room;
  for (const { run, job } of queued) {
    const deadline = startDeadline(run, job);
    const cause = run.stop?.cause ?? (deadline !== null && deadline <= now ? 'start-deadline' : null);
    const place = places.get(run.executor);
    if (cause !== null) decisions.push({ kind: 'end', run, cause });
    else if (left > 0 && place !== undefined && mayStart(run, job, active, now)) {
      left--;
      decisions.push({ kind: 'admit', run, job, place });
    }
  }
  return decisions;
};

const mayStart = (run: Run, job: Job, active: Snapshot['active'], now: number): boolean =>
  run.notBefore <= now &&
  !mustWaitForOlder(run.overrides?.concurrencyPolicy ?? job.spec.concurrencyPolicy, run.id, active.get(job.id) ?? []);
