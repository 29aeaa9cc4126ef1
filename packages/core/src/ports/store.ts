import type { AuditEntry } from '../domain/audit.ts';
import type { DocumentKind, StoredDocument } from '../domain/document.ts';
import type { HeldGpu } from '../domain/gpu/gpu-lease.ts';
import type { Job, Retention, ScheduleCursor } from '../domain/job/job.ts';
import type { Remains } from '../domain/retention.ts';
import type {
  Attempt,
  AttemptState,
  Occurrence,
  Resources,
  Run,
  RunState,
  StopRequest,
  TerminalState,
  Trigger,
} from '../domain/run/run.ts';
import type { LogStore } from './log-store.ts';

/**
 * Remembers jobs, schedules, occurrences, runs and attempts. It decides nothing: callers read, decide, and commit
 * guarded changes. Records are plain and copied both ways; a caller may keep and change what it was given.
 * `describeStore` of the testing kit proves each rule below.
 */
export interface Store {
  readonly kind: string;

  /** Opens and migrates. Called once, before anything else. Throws `store-newer`, `store-older`, `store-in-use`, `store-unavailable`. */
  open(): Promise<StoreInfo>;

  /**
   * Each batch is all or nothing, in order: the first change whose guard does not hold undoes its batch and no other.
   * All batches of one call, and calls that wait at the same time, may share one transaction; the promise resolves
   * when everything is durable. A rejection (`store-unavailable`) means that the caller does not know: nothing or all
   * of it happened.
   */
  commit(batches: readonly (readonly Change[])[]): Promise<CommitResult[]>;

  // Reads of people: may lag behind nothing that was committed before the call.
  job(id: string): Promise<Job | null>;
  /** The job as of a revision, also when it was removed since. */
  jobAt(id: string, revision: number): Promise<Job | null>;
  jobByName(owner: string, name: string): Promise<Job | null>;
  jobs(query: JobQuery): Promise<Page<Job>>;
  cursor(jobId: string): Promise<ScheduleCursor | null>;
  run(id: string): Promise<Run | null>;
  runs(query: RunQuery): Promise<Page<Run>>;
  attempts(runId: string): Promise<Attempt[]>;
  occurrences(query: OccurrenceQuery): Promise<Occurrence[]>;
  /** What each job that has any run is doing; jobs without one are left out. */
  activity(jobIds: readonly string[]): Promise<Map<string, JobActivity>>;
  /** How many runs are active, by executor and state; without those of which there are none. For whoever watches the whole; asked every few seconds. */
  activeCounts(): Promise<ActiveCount[]>;

  // Reads of the engine: bounded, on indexes, in the order that `plan` wants.
  /** Schedules with `nextFireAt <= now`, earliest first and then by job id, with their jobs; those behind `after`. */
  due(now: number, limit: number, after?: DueAfter): Promise<DueSchedule[]>;
  /**
   * The earliest instant after `now` at which something is due without any news: a schedule's `nextFireAt` (one that is
   * due already counts as `now`), a queued run's `notBefore` or its `startBy`. Null: nothing is.
   */
  nextWakeAt(now: number): Promise<number | null>;
  /**
   * Schedules whose `nextFireAt` is null or later than `now`, by job id, behind the job `after`: what a clock that was set
   * back may have to move back.
   */
  ahead(now: number, after: string | null, limit: number): Promise<DueSchedule[]>;
  /**
   * Queued runs of this executor that nothing holds back: `notBefore <= now`, no stop requested, and, unless their
   * policy is `Allow`, no older active run of their job. Highest priority first, then oldest. Those that are held back
   * take no place of the limit, which is for each size apart, so that small runs are seen behind any number of large ones.
   */
  startable(query: StartableQuery): Promise<QueuedRun[]>;
  /** What the attempts at this place that have not ended take of it, in all, and what is held of GPUs that matters there (`heldAt`). */
  taken(place: string): Promise<Taken>;
  /** Queued runs whose `startBy <= now`, soonest first. */
  overdue(now: number, limit: number): Promise<Run[]>;
  /** Active runs of these jobs, oldest first. */
  active(jobIds: readonly string[]): Promise<ActiveRun[]>;
  /** Stop requests on active runs that this instance holds, or that no one holds. */
  stopRequests(instance: string): Promise<{ id: string; stop: StopRequest }[]>;
  /** Active, leased runs of other instances whose lease is over, with their present attempt, by id. */
  adoptable(query: AdoptableQuery): Promise<LeasedRun[]>;
  /** Active runs that are leased to this instance, with their present attempt. */
  leasedTo(instance: string): Promise<LeasedRun[]>;
  /** Attempts that are `ended` or `sealed`, by when they ended, behind the one given: what is left to seal and dispose. */
  unfinished(limit: number, after?: UnfinishedAfter): Promise<Attempt[]>;
  /** What this store knows of these attempt keys; keys that it does not know are left out. */
  attemptStates(
    keys: readonly string[],
  ): Promise<Map<string, { attempt: AttemptState; run: RunState; current: boolean }>>;
  /** Jobs by id, behind the one given, also those that were removed. */
  retained(after: string | null, limit: number): Promise<RetainedJob[]>;
  /** The oldest of what a job has left behind: runs that have ended and ledger rows, each up to the limit. */
  remains(query: RemainsQuery): Promise<Remains>;

  // What people make besides jobs.
  document(kind: DocumentKind, id: string): Promise<StoredDocument | null>;
  documentByName(kind: DocumentKind, owner: string, name: string): Promise<StoredDocument | null>;
  documentByLookup(kind: DocumentKind, lookup: string): Promise<StoredDocument | null>;
  /** Those with these ids, of whatever kind, in no particular order; ids that there are none of are left out. */
  documentsById(ids: readonly string[]): Promise<StoredDocument[]>;
  /** In the order in which they were made. */
  documents(query: DocumentQuery): Promise<Page<StoredDocument>>;
  /** In the order in which they were written. */
  audit(query: AuditQuery): Promise<Page<AuditEntry>>;

  // Optional, by presence: for stores that several instances share.
  /**
   * Now, epoch ms, by the store's own clock. Leases and due instants of all who share it are judged by this one; absent:
   * by the host's clock.
   */
  time?(): Promise<number>;
  /**
   * Hears of what other instances have committed, from `open` to `close`. Called once, before `open`. News may be late,
   * doubled or lost, so whoever listens also looks by itself from time to time.
   */
  watch?(heard: (news: StoreNews) => void): void;
  /** A log store on the same database, used where the host gives none. Called once, before `open`; used from then on, and closed before this. */
  logs?(): LogStore;

  /**
   * The engine stops, and somebody waits for that: from now on a database that is away is waited for a second at most, where that was
   * longer. Everything else stays as it was until `close`.
   */
  hurry?(): void;
  close(): Promise<void>;
}

/** What became worth looking at. */
export interface StoreNews {
  /** Runs that were made, asked to stop, or ended; null: any may have been. */
  runs: readonly string[] | null;
}

export interface StoreInfo {
  /** 128 random bits as 32 hex digits, made at the first migration: the label on everything that we make. */
  installation: string;
  /** true: no other instance can have this store open, so every earlier lease is over. */
  exclusive: boolean;
}

/**
 * One guarded write. "Guard" says when it does not hold.
 *
 * A run is written as a whole by the holder of its lease, fenced by epoch and state; `stop` and the idempotency key are no part of
 * that write, since anyone may request a stop, and a new start may take over an old key, at any time.
 */
export type Change =
  /** Guard: the owner has no other job of that name. */
  | { kind: 'job.insert'; job: Job; cursor: ScheduleCursor | null }
  /** Guard: revision is `expectRevision`; name as above. Its owner is never another. A `cursor` replaces the schedule's; `null` removes it; absent keeps it. */
  | { kind: 'job.update'; job: Job; expectRevision: number; cursor?: ScheduleCursor | null }
  /** Guard: exists, and its active runs are exactly these, whatever their order. The name is free again; runs stay readable. */
  | { kind: 'job.remove'; id: string; at: number; whileActive: readonly string[] }
  /** Takes away all that is left of a removed job: revisions and ledger rows too. Guard: it is removed, and has no run. */
  | { kind: 'job.forget'; id: string }
  /** Writes nothing. Guard: exists, and with `revision` is at that. */
  | { kind: 'job.expect'; id: string; revision?: number }
  /** Guard: there is a cursor, and it is at `expect`; with `revision`, its job is at that. */
  | { kind: 'cursor.move'; jobId: string; expect: number | null; next: number | null; revision?: number }
  /** Guard: no row begins at the same instant. */
  | { kind: 'occurrence.insert'; occurrence: Occurrence }
  /**
   * As `occurrence.insert`, for instants that get no run. Where the job's row before it has the same reason and no run
   * either, that row is extended instead: its `to` and `recordedAt` become these, the counts add up.
   * Guard: no row begins in its range, and the row before it ends before it.
   */
  | { kind: 'occurrence.cover'; occurrence: Occurrence }
  /**
   * Takes back what was recorded of instants that are yet to come. `keep` is what is left of the row; null: nothing.
   * Guard: the row is there and has no run.
   */
  | { kind: 'occurrence.withdraw'; jobId: string; from: number; keep: { to: number; count: number } | null }
  /** Takes away the rows of a job that end before this instant, but for its newest one. */
  | { kind: 'occurrence.prune'; jobId: string; before: number }
  /**
   * Guard: the id is new, the idempotency key is new for the job, and, with `whileActive`, the active runs of its job are
   * exactly these, whatever their order.
   */
  | { kind: 'run.insert'; run: Run; whileActive?: readonly string[] }
  /** Guard: it has an idempotency key, which is free again. */
  | { kind: 'run.release-key'; id: string }
  /**
   * Guard: active, and `askedAgain` of the stop that was requested before says something new, which is then kept. With
   * `epoch`, the run's lease epoch is that: for what only the lease's holder may ask, of the attempt that it looks after.
   */
  | { kind: 'run.request-stop'; id: string; stop: StopRequest; epoch?: number }
  /**
   * Guard: `lease_epoch` and state are as expected. Writes all but `stop` and the idempotency key; `run.leaseEpoch` may be raised here. With
   * `retry`, a stop request that ends only its attempt is over with it and taken away; any other stays.
   */
  | { kind: 'run.write'; run: Run; expectEpoch: number; expectState: RunState; retry?: boolean }
  /** Gives an admitted run to another instance and raises its lease epoch; nothing else of it changes. Guard: the epoch is as expected, the run is active and not queued. */
  | { kind: 'run.adopt'; id: string; instance: string; expectEpoch: number }
  /** Takes away a run and its attempts. Guard: it has ended, and each attempt is disposed of. */
  | { kind: 'run.prune'; id: string }
  /**
   * Guard: the key is new; with `within`, all attempts at its place that have not ended, with this one, take no more; and its
   * GPUs fit beside those that others hold (`allFitBeside`), there or, where a device's name is its own in all the world, anywhere.
   */
  | { kind: 'attempt.insert'; attempt: Attempt; within?: Resources }
  /** Guard: state as expected and, where `epoch` is given, the run's lease epoch is that. */
  | { kind: 'attempt.write'; attempt: Attempt; expectState: AttemptState; epoch?: number }
  /**
   * Makes or renews an instance's lease, which lasts `leaseMs` at a time. With `leaseMs` 0 it is given back: over, whatever the
   * time, since `expiresAt`, and nothing that comes later makes it live again.
   */
  | {
      kind: 'instance.put';
      id: string;
      startedAt: number;
      expiresAt: number;
      leaseMs: number;
      places: readonly string[];
    }
  /** Guard: the id is new; no other of its kind has its lookup, nor any of its kind and owner its name. */
  | { kind: 'document.insert'; document: StoredDocument }
  /** Guard: its revision is `expectRevision`, and it is of that kind; lookup and name as above. */
  | { kind: 'document.update'; document: StoredDocument; expectRevision: number }
  /**
   * Guard: it is there, with `expectRevision` at that revision, and, with `unlessOwner`, that owner has no job that is not removed and no document of
   * these kinds, of which the first in the way is told.
   */
  | {
      kind: 'document.remove';
      documentKind: DocumentKind;
      id: string;
      expectRevision?: number;
      unlessOwner?: { owner: string; kinds: readonly DocumentKind[] };
    }
  /** Writes nothing. Guard: it is there. */
  | { kind: 'document.expect'; documentKind: DocumentKind; id: string }
  /** Guard: the id is new. */
  | { kind: 'audit.insert'; entry: AuditEntry }
  /** Forgets what was written before this instant, the oldest first, at most so many at once. */
  | { kind: 'audit.prune'; before: number; limit: number }
  /** Forgets instances whose lease was over before this instant, but for those that active runs are leased to. */
  | { kind: 'instance.forget'; before: number };

export type CommitResult =
  | { ok: true }
  /** `change` is the index of the change whose guard did not hold; `id` the record in the way, where that is known. */
  | { ok: false; change: number; id?: string };

/** What is taken of a place. */
export interface Taken extends Resources {
  gpus: readonly HeldGpu[];
}

export interface Page<T> {
  items: T[];
  /** Pass as `after` for the next page, as `before` for the one before; absent at the end. */
  next?: string;
  previous?: string;
}

export interface PageQuery {
  /** 1 to 1000. */
  limit: number;
  after?: string;
  before?: string;
  /** Newest first. */
  descending?: boolean;
}

export interface JobQuery extends PageQuery {
  /** Jobs of any of these owners; absent: of all. */
  owners?: readonly string[];
  /** Part of the name, case-insensitive. */
  name?: string;
  /** All of these. */
  tags?: Readonly<Record<string, string>>;
  applied?: boolean;
}

export interface RunQuery extends PageQuery {
  jobId?: string;
  /** Runs of jobs of any of these owners; absent: of all. */
  owners?: readonly string[];
  states?: readonly RunState[];
  trigger?: Trigger;
  idempotencyKey?: string;
}

export interface DocumentQuery extends PageQuery {
  kind: DocumentKind;
  /** Of any of these owners; absent: of all. */
  owners?: readonly string[];
  /** Exactly this name: the groups that a user is a member of, say. */
  name?: string;
}

export interface AuditQuery extends PageQuery {
  /** About what any of these owned; absent: all. */
  owners?: readonly string[];
  /** Id of the subject. */
  subject?: string;
  /** `by.id`. */
  by?: string;
  /** The action, or what stands before its dot. */
  action?: string;
  /** Epoch ms, both included. */
  from?: number;
  to?: number;
}

export interface OccurrenceQuery {
  jobId: string;
  /** Rows that touch [from, to], in epoch ms, earliest first. */
  from: number;
  to: number;
  limit: number;
  /** Latest first. */
  descending?: boolean;
}

/** A place in the order of what is unfinished: by when it ended, its run and its number. */
export interface UnfinishedAfter {
  endedAt: number;
  runId: string;
  attempt: number;
}

/** A place in the order of what is due. */
export interface DueAfter {
  nextFireAt: number;
  jobId: string;
}

export interface DueSchedule {
  job: Job;
  cursor: ScheduleCursor;
}

export interface JobActivity {
  active: number;
  running: number;
  stopping: number;
  /** When its newest run that was not skipped was created, epoch ms; null: none was. */
  lastStartedAt: number | null;
  /** How the last run that ended, other than as skipped, ended; null: none has. Of several, the one created last. */
  lastEnded: TerminalState | null;
}

export interface AdoptableQuery {
  /** Whose own runs are left out. */
  instance: string;
  /** A lease is over when it expires at `now` or before, when it was given back, or when its instance has none. */
  now: number;
  /** Also over is one that expires later than its length after this: it was given by a clock that was set back since. */
  latest: number;
  /** A place that nobody but this instance can serve now: what is leased there is over whatever the time; null: none. */
  lockedPlace: string | null;
  /** Only runs whose id comes behind it. */
  after: string | null;
  limit: number;
}

export interface LeasedRun {
  run: Run;
  attempt: Attempt | null;
  /** When the lease of its instance expires or has expired, epoch ms; null: that instance is not known any more. */
  expiresAt: number | null;
}

export interface StartableQuery {
  executor: string;
  now: number;
  limit: number;
}

export interface QueuedRun {
  /** Grows with each run that is created. */
  seq: number;
  run: Run;
  /** The job as of the run's revision. */
  job: Job;
}

export interface RetainedJob {
  id: string;
  /** As of its last revision. */
  retention: Retention;
  /** Epoch ms; null: it is there. */
  removedAt: number | null;
}

export interface RemainsQuery {
  jobId: string;
  /** So many of its newest ended runs are not asked about by `keptFrom`. */
  keep: number;
  /** Only runs whose `seq` is higher. */
  after: number | null;
  limit: number;
}

export interface ActiveCount {
  executor: string;
  state: RunState;
  runs: number;
  /** When the oldest of them was created, epoch ms. */
  oldestAt: number;
}

export interface ActiveRun {
  id: string;
  jobId: string;
  state: RunState;
  attempt: number;
  leaseInstance: string | null;
  leaseEpoch: number;
  stop: StopRequest | null;
  createdAt: number;
}
