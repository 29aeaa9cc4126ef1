import type { Finding } from '../domain/job/finding.ts';
import type { Job, JobSpec, ScheduleCursor } from '../domain/job/job.ts';
import type { ImageBuildInput, JobInput, JobPatch, ScheduleInput } from '../domain/job/job-schema.ts';
import type { Attempt, Occurrence, Run, RunState, StartOverrides, Trigger } from '../domain/run/run.ts';
import type { ActivePressure } from '../engine/pressure.ts';
import type { BuiltImage } from '../ports/image-builder.ts';
import type { LogStream } from '../ports/log-store.ts';
import type { Progress } from '../ports/progress.ts';
import type { JobActivity, Page } from '../ports/store.ts';
import type { Audit } from './audit/api.ts';
import type { JobCheck } from './check/api.ts';
import type { GitCredentials } from './git-credentials/api.ts';
import type { Groups } from './groups/api.ts';
import type { Metrics } from './metrics/api.ts';
import type { PageOptions } from './page-options.ts';
import type { Secrets } from './secrets/api.ts';
import type { Tokens } from './tokens/api.ts';
import type { Users } from './users/api.ts';
import type { Webhooks } from './webhooks/api.ts';

/** A job with where its schedule stands and what it is doing. */
export interface JobView extends Job {
  /** The next instant that its schedule is due, epoch ms; null: none. */
  nextFireAt: number | null;
  /** What its runs are doing. */
  activity: JobActivity;
  /** What would make its starts faster, where its last run that succeeded showed it. Only `get` looks; else null. */
  hint: string | null;
}

export interface RunView extends Run {
  jobName: string;
  /** Oldest first. */
  attempts: Attempt[];
  /** What would make the starts of its job faster, as measured by this run; null: nothing, or it did not succeed. */
  hint: string | null;
}

export interface JobListOptions extends PageOptions {
  owner?: string;
  /** Part of the name. */
  name?: string;
  /** Exactly this name, of which each owner has one job at most: all of them, whatever else is asked for but the owner. */
  named?: string;
  tags?: Record<string, string>;
}

export interface RunListOptions extends PageOptions {
  jobId?: string;
  states?: RunState[];
}

export interface StartOptions extends StartOverrides {
  /** Same key, same job, within 24 h: the run that the first call made is returned. 1 to 255 characters. */
  idempotencyKey?: string;
  /** Default `manual`. */
  trigger?: Trigger;
}

/** As for a start, but for the policy. */
export type RestartOptions = Omit<StartOptions, 'concurrencyPolicy'>;

/** `runyard.jobs`. Every method rejects with a `RunyardError`. */
export interface Jobs {
  /** `name-in-use` (with the other's id) when the owner has a job of that name; `check-failed`. */
  create(input: JobInput, options?: SaveOptions): Promise<JobView>;
  get(id: string): Promise<JobView>;
  list(options?: JobListOptions): Promise<Page<JobView>>;
  /** Settings objects are merged, lists and maps replaced, null takes a field back to its default. The owner stays: for another one, `clone`. */
  update(id: string, patch: JobPatch, options?: UpdateOptions): Promise<JobView>;
  /** `job-active` while it has active runs, unless `allowActive`: then they are cancelled. Its runs stay readable. */
  remove(id: string, options?: { allowActive?: boolean }): Promise<void>;
  /**
   * Creates or updates by owner and name; does nothing where nothing changed, so that every deploy may call it, from
   * several instances at once. `prune` removes jobs that `apply` once made and that are not among these.
   */
  apply(input: JobInput | readonly JobInput[], options?: SaveOptions & { prune?: boolean }): Promise<Applied[]>;
  /** What `apply` would do now, without doing it: the same checks, and each job as it is and as it would be. */
  diff(input: JobInput | readonly JobInput[], options?: { prune?: boolean }): Promise<JobDifference[]>;
  /**
   * What can be known of a job before it runs, of a stored one or of one that is only described: whether its repositories let its owner in and have the
   * ref, its secrets are there, its command and its image, its size fits, its schedule fires and leaves time. Writes nothing. What does not answer within a minute is `not-asked`.
   */
  check(which: string | JobInput, options?: { signal?: AbortSignal }): Promise<JobCheck>;
  /** Copies the definition, for its owner or another one; its schedule is off until it is enabled. Throws as `create` does. */
  clone(id: string, options?: CloneOptions): Promise<Cloned>;
  /** `forbidden-overlap` with the id of the run in the way; `missing-access` where its owner has no such secret or git credential. */
  start(id: string, options?: StartOptions): Promise<Run>;
  /**
   * Starts a run instead of those that are active, whatever the job's policy: they are asked to stop in the same transaction (`cancelled`, `replaced`), and
   * the new one waits until they are proved gone. With an `idempotencyKey` that was used before, that run, and nothing is stopped.
   */
  restart(id: string, options?: RestartOptions): Promise<Run>;
  /**
   * Asks all its active runs to stop, as `runs.cancel` does: TERM, grace, KILL. Resolves once that is durable, also where there is none. What starts
   * meanwhile is not among them.
   */
  stop(id: string): Promise<JobView>;
  /** The schedule does not fire until `resume`; what was due meanwhile is in the ledger as `paused`. */
  pause(id: string, options?: { note?: string }): Promise<JobView>;
  /** Never fires what was due during the pause. The note goes to the event `job.changed` and the host's log. */
  resume(id: string, options?: { note?: string }): Promise<JobView>;
  /**
   * The next `n` instants (default 5, at most 1000) of a stored job's schedule, or of a schedule or a job that is only
   * described: of those without the jitter. Epoch ms. `invalid-cron` and `unknown-zone` as when a job is saved.
   */
  preview(which: string | ScheduleInput | Pick<JobInput, 'schedule'>, n?: number): Promise<number[]>;
  /** Ledger rows that touch the range, earliest first: what was due, and what came of it. */
  occurrences(id: string, range?: OccurrenceRange): Promise<Occurrence[]>;
}

export interface OccurrenceRange {
  /** Epoch ms, both included. */
  from?: number;
  to?: number;
  /** 1 to 1000; default 1000. */
  limit?: number;
  /** Latest first. */
  descending?: boolean;
}

export interface SaveOptions {
  /**
   * Looks first whether it could run as it is, as `check` does, and throws `check-failed` where it could not: nothing is saved then. What could not be found
   * out refuses nothing; takes a minute at most for each job. Default false.
   */
  check?: boolean;
}

export interface UpdateOptions extends SaveOptions {
  /** Only while the job is at this revision; else `edit-conflict`. Default: as it is now. */
  revision?: number;
}

export interface CloneOptions {
  /** `user:<id>` or `group:<id>`. Default: that of the job. */
  owner?: string;
  /** Default: the same for another owner, else with `(copy)` behind it. */
  name?: string;
  /** What is to be different, as `update` takes it. */
  changes?: JobPatch;
}

export interface Cloned {
  job: JobView;
  /** The secrets and repositories that its owner lacks, with what to do about each. It cannot be started until they are there, or no part of it any more. */
  lacking: Finding[];
}

export interface Applied {
  job: JobView;
  change: 'created' | 'updated' | 'unchanged' | 'removed';
}

export interface JobDifference {
  change: Applied['change'];
  /** Null: there is none yet. */
  id: string | null;
  before: JobSpec | null;
  after: JobSpec | null;
}

/** `runyard.runs`. Every method rejects with a `RunyardError`. */
export interface Runs {
  get(id: string): Promise<RunView>;
  /** Newest first unless `descending: false`. */
  list(options?: RunListOptions): Promise<Page<Run>>;
  /** Asks it to stop: TERM, grace, KILL. Resolves once the request is durable; `run-ended` when it is over already. */
  cancel(id: string): Promise<Run>;
  /**
   * Ends a run whose place does not answer (a host, an engine or a cluster that is gone for good) without a proof that nothing
   * of it runs any more: `failed`, `abandoned`, never retried. Should the place answer again, what is left there is stopped.
   * One whose place does answer ends at once too, and is stopped afterwards: cancel that.
   * Durable when it resolves; the end follows. Throws `run-not-found`, `run-ended`.
   */
  abandon(id: string): Promise<Run>;
  /**
   * The log of all its attempts, oldest first. Ends early, without an error, once `signal` is aborted; so does one that is followed when this Runyard is
   * closed, while of any other a part is no answer (`closed`). Throws `run-not-found`, `log-gone` where it is forgotten meanwhile, and `invalid-request` for an `after` that is not of this log.
   */
  logs(id: string, options?: LogOptions): AsyncIterable<LogLine>;
  /** Resolves for every terminal state; never rejects because a run failed. */
  wait(id: string, options?: { signal?: AbortSignal }): Promise<Run>;
}

export interface LogOptions {
  /** A line's cursor: goes on behind it. */
  after?: string;
  /** Goes on until the run has ended and everything was read. */
  follow?: boolean;
  /** Only the last n lines. */
  tail?: number;
  /** Only those of this attempt, from 1. */
  attempt?: number;
  signal?: AbortSignal;
}

/** Those who follow a log share its lines, which are frozen. */
export interface LogLine {
  readonly cursor: string;
  /** Epoch ms. */
  readonly at: number;
  readonly stream: LogStream;
  readonly text: string;
}

/** An image that was built. */
export interface ImageView extends BuiltImage {
  /** Name of the executor whose jobs can use it. */
  executor: string;
}

export interface ImageOptions {
  /** Name of an executor that builds images. Default: the default executor where it does, else the first that does. */
  executor?: string;
  signal?: AbortSignal;
}

/** `runyard.images`. Every method rejects with a `RunyardError`; without an executor that builds images, `unsupported-by-executor`. */
export interface Images {
  /**
   * Builds, or finds what was built from the same before; calls that want the same at the same time share one build. Aborting ends it
   * once nobody else waits for it. `invalid-image`; `forbidden` where the host lets the caller's jobs build none; `image-build-failed`, ending with what the build said last.
   */
  build(
    spec: ImageBuildInput,
    options?: ImageOptions & { onLog?(line: string): void; onProgress?(progress: Progress): void },
  ): Promise<ImageView>;
  /** By tag or id, whoever has built it: nobody guesses them, and to the engine it is one image for all. `image-not-found`. */
  get(ref: string, options?: ImageOptions): Promise<ImageView>;
  /** Those that the caller has built; all, to admins and the host itself. Newest first. */
  list(options?: ImageOptions): Promise<ImageView[]>;
}

export interface Services {
  readonly jobs: Jobs;
  readonly runs: Runs;
  readonly images: Images;
  readonly secrets: Secrets;
  readonly gitCredentials: GitCredentials;
  readonly webhooks: Webhooks;
  readonly users: Users;
  readonly groups: Groups;
  readonly tokens: Tokens;
  readonly audit: Audit;
  readonly metrics: Metrics;
}

export interface Health {
  status: 'ok' | 'degraded' | 'closed';
  store: 'ok' | 'unavailable';
  /** By executor name: its place, or why it could not be asked. */
  executors: Record<string, { status: 'ok' | 'unavailable'; place?: string; sentence?: string }>;
  /** What holds the engine back now; see the event `engine.pressure`. What comes from the store is `degraded`; full launches are not. */
  pressure: ActivePressure[];
  /** By how much the host's clock is ahead of the store's, ms; negative: behind; 0 where the store goes by the host's. More than a minute is `degraded`. */
  clock: { hostAheadMs: number };
  /** Whether runs can call back, as `publicUrl` asks for; `off` without it. Where this host cannot open the key of their tokens, why: `degraded`. */
  callbacks: { status: 'off' | 'ok' | 'unavailable'; sentence?: string };
  /** Ms since the engine's loop last went round; null before it ran. */
  lastTickAgoMs: number | null;
}

/** Plain numbers since the start, and levels now. */
export interface Stats {
  runsAccepted: number;
  runsSucceeded: number;
  runsFailed: number;
  runsCancelled: number;
  runsSkipped: number;
  /** Forgotten by retention, with their logs. */
  runsPruned: number;
  /** Attempts to send a notification: those that arrived, those that are tried again, and those that were the last. */
  notificationsDelivered: number;
  notificationsFailed: number;
  notificationsGivenUp: number;
  /** Runs that this instance looks after now. */
  held: number;
  /** Launches in flight now. */
  launching: number;
  /** Commits that the store has not answered yet. */
  commitsInFlight: number;
  /** Commits that wait until fewer are in flight. */
  commitsWaiting: number;
  /** For how long the store has answered no read, or no commit, although it was asked, ms. */
  storeSilentMs: number;
  /** Reasons that hold the engine back now. */
  pressures: number;
  /** How often one was entered. */
  pressuresEntered: number;
  ticks: number;
  /** How late the last fired occurrence was, ms. */
  lastLatenessMs: number;
}

export type { PageOptions, ScheduleCursor };
