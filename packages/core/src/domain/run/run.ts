import type { GpuLease } from '../gpu/gpu-lease.ts';
import type { ConcurrencyPolicy } from '../job/job.ts';
import { isUnproved, type Outcome } from './outcome.ts';

export const activeStates = ['queued', 'starting', 'running', 'stopping'] as const;
export const terminalStates = ['succeeded', 'failed', 'cancelled', 'skipped'] as const;

export type ActiveState = (typeof activeStates)[number];
export type TerminalState = (typeof terminalStates)[number];
export type RunState = ActiveState | TerminalState;

export const isTerminal = (state: RunState): state is TerminalState =>
  (terminalStates as readonly string[]).includes(state);

export type Trigger = 'schedule' | 'api' | 'manual';

/** Why a run was asked to stop. The first cause is kept. */
export type StopCause =
  | 'cancelled-by-user'
  | 'replaced'
  | 'timeout'
  | 'start-deadline'
  | 'job-removed'
  | 'abandoned'
  | 'host-closed';

/** One execution of a job, asked for once. Times are epoch ms. */
export interface Run {
  id: string;
  jobId: string;
  /** The job's revision that this run executes. */
  revision: number;
  state: RunState;
  /** A stable code; null while active. */
  reason: string | null;
  /** One sentence for a person: why it ended so, or what it waits for. */
  sentence: string | null;
  trigger: Trigger;
  /** Who asked for it: an id, or `schedule`; behind a space the token that he came with, where there is one: `token:<id>`, or `run:<id>` for that of a run. */
  requestedBy: string;
  priority: number;
  /** The policy in force for this run: its start call's, else its job's. */
  concurrencyPolicy: ConcurrencyPolicy;
  executor: string;
  /** Name of the size that it asks for. */
  size: string;
  /** Where its attempts live; null until the first admission. */
  place: string | null;
  overrides: StartOverrides | null;
  idempotencyKey: string | null;
  createdAt: number;
  /** The schedule's instant, for runs of a schedule. */
  dueAt: number | null;
  /** Not admitted before: a retry waits out its delay here. */
  notBefore: number;
  /** When it has to be running by, epoch ms; null: whenever. Null once it has run. */
  startBy: number | null;
  /** Since when it waits for cpu, memory or GPUs at its executor's place, epoch ms; null: it does not. */
  waitsSince: number | null;
  /** Current attempt, from 1; 0 before the first. */
  attempt: number;
  /** Failures that count against the backoff limit. */
  failures: number;
  infrastructureFailures: number;
  /** First time that the command was running. */
  startedAt: number | null;
  endedAt: number | null;
  /** The commits of its sources, resolved once. */
  commits: ResolvedSource[] | null;
  /** Since when its place does not answer, epoch ms; null: it answers, or nothing was asked of it yet. */
  silentSince: number | null;
  stop: StopRequest | null;
  leaseInstance: string | null;
  leaseEpoch: number;
}

export interface StopRequest {
  cause: StopCause;
  by: string;
  at: number;
  /** What was asked while it was stopping because of its run limit: the timeout stays the cause, but there is no retry. */
  behind?: { cause: StopCause; by: string; at: number };
}

export interface StartOverrides {
  concurrencyPolicy?: ConcurrencyPolicy;
  env?: Record<string, string>;
  /** Appended to the command. */
  arguments?: string[];
  command?: string | string[];
  /** Instead of the first source's ref. */
  ref?: string;
}

export interface ResolvedSource {
  url: string;
  ref: string | null;
  commit: string;
}

/**
 * `preparing` (key recorded, nothing may run) → `prepared` (handle recorded) → `started` → `ended` (outcome known) →
 * `sealed` (log whole) → `disposed` (nothing left at the place).
 */
export type AttemptState = 'preparing' | 'prepared' | 'started' | 'ended' | 'sealed' | 'disposed';

/** One try of a run on an executor. */
export interface Attempt {
  runId: string;
  attempt: number;
  state: AttemptState;
  executor: string;
  place: string;
  /** What it takes of its place until it has ended. */
  takes: Resources;
  /** The devices that it holds until it is proved gone, see `holdsGpus`. */
  gpus: readonly GpuLease[];
  handle: Handle | null;
  outcome: Outcome | null;
  /** When each phase began, in order. */
  phases: PhaseMark[];
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
}

/**
 * Whether its GPUs are still its own: until it has ended, and longer where its place did not say so, since it may run there
 * still; then until that is over, and its log sealed.
 */
export const holdsGpus = ({ gpus, state, outcome }: Pick<Attempt, 'gpus' | 'state' | 'outcome'>): boolean =>
  gpus.length > 0 && (isLive(state) || (state === 'ended' && isUnproved(outcome)));

/** Whether it takes something of its place. */
export const isLive = (state: AttemptState): boolean =>
  state === 'preparing' || state === 'prepared' || state === 'started';

/** A share of a place: cores, and bytes. */
export interface Resources {
  cpu: number;
  memoryBytes: number;
}

export interface PhaseMark {
  name: string;
  at: number;
}

export const attemptKey = (runId: string, attempt: number): string => `${runId}.${attempt}`;

/** Plain JSON with which any process can find an attempt again. Made and read by its executor only. */
export interface Handle {
  /** Version of this executor's handle format. */
  v: number;
  place: string;
  [field: string]: unknown;
}

/** Every covered instant of a schedule: what was due, and what came of it. */
export interface Occurrence {
  jobId: string;
  /** First and last instant of the row; the same for a single one. */
  from: number;
  to: number;
  count: number;
  /** null: a run was created for it. */
  reason: OccurrenceReason | null;
  runId: string | null;
  recordedAt: number;
}

export type OccurrenceReason =
  | 'missed-window'
  | 'missed-skipped'
  | 'missed-collapsed'
  | 'missed-cap'
  | 'paused'
  /** Due, but not recorded yet when the schedule was edited. */
  | 'schedule-edited'
  | 'forbidden-overlap';
