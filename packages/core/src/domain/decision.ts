import type { Gpu } from './gpu/gpu.ts';
import type { GpuLease, HeldGpu } from './gpu/gpu-lease.ts';
import type { Job } from './job/job.ts';
import type { SizeCatalogue } from './job/parse-size.ts';
import type { Resources, Run, StopCause, StopRequest } from './run/run.ts';
import type { DueOutcome } from './schedule/missed.ts';

/** What one tick looks at of the queue; bounded (DESIGN 5). */
export interface Snapshot {
  /** What may start, as far as the store can tell: of each executor, highest priority first, then oldest. */
  queued: readonly { run: Run; job: Job }[];
  /** Active runs of the jobs whose runs must not overlap, by job, oldest first. */
  active: ReadonlyMap<string, readonly Active[]>;
  /** Executors whose place this instance serves now. */
  places: ReadonlyMap<string, string>;
  /** Executors that do not answer, with the reason. */
  silent: ReadonlyMap<string, string>;
  /** By place: what there is to share out. One that is not here takes whatever it is given. */
  shares: ReadonlyMap<string, Share>;
  sizes: SizeCatalogue;
  /** So long does a run that does not fit let others pass. */
  turnAfterMs: number;
  /** Queued runs that were asked to stop, wherever in the queue they are. */
  stopped: readonly Run[];
  /** Queued runs past their start deadline. */
  overdue: readonly Run[];
  /** How many more launches may be in flight at an executor. */
  room(executor: string): number;
}

/** Of one place. */
export interface Share {
  all: Resources;
  /** What attempts that have not ended take of it. */
  taken: Resources;
  /** By executor, since each may give away a part of what its place has. */
  gpus: ReadonlyMap<string, readonly Gpu[]>;
  /** The devices of attempts that are not proved gone. */
  held: readonly HeldGpu[];
}

/** A run that is not over yet, with whether it was asked to stop. */
export interface Active {
  id: string;
  stop: StopRequest | null;
}

export interface DueJob {
  job: Job;
  /** `next_fire_at`. */
  first: number;
  nextAfter(instant: number): number | null;
  previousBefore(instant: number): number | null;
  /** Its active runs, oldest first; only looked at under Forbid and Replace. */
  active: readonly Active[];
  /** Ledger rows that are there already although the cursor has not passed them: the clock was set back. */
  recorded?: readonly { from: number; to: number }[];
}

export type Decision =
  /** Move the cursor past these instants, with their rows and runs. */
  | ({ kind: 'fire'; job: Job; first: number; due: DueOutcome } & FireOverlap)
  /** `within` is all that the place has. */
  | {
      kind: 'admit';
      run: Run;
      job: Job;
      place: string;
      takes: Resources;
      gpus: readonly GpuLease[];
      within: Resources | null;
    }
  /** A queued run that says what it waits for. `since`: from when it waits for its share of the place. */
  | { kind: 'wait'; run: Run; sentence: string; since: number | null }
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
