import type { GpuLease, HeldGpu } from '../../../domain/gpu/gpu-lease.ts';
import type { Job, JobSpec, ScheduleCursor } from '../../../domain/job/job.ts';
import { type Attempt, holdsGpus, type Occurrence, type Run } from '../../../domain/run/run.ts';
import type { ActiveCount, ActiveRun, JobActivity } from '../../../ports/store.ts';
import type { Row, SqlValue } from './values.ts';

// The one place where rows become records and records become rows. Each list of columns, its `to…` and its `from…`
// have the same order.

/** The columns with their table's alias before each: `r.id, r.job_id, …`. */
export const columnsOf = (alias: string, columns: readonly string[]): string =>
  columns.map((column) => `${alias}.${column}`).join(', ');

// What a job stored by an earlier version says by saying nothing.
const laterFields: Pick<JobSpec, 'executorOptions'> = { executorOptions: {} };

/** Of `jobs j` and `job_revisions v`: a job with the spec of one of its revisions. */
export const jobColumns = 'j.id, v.revision, v.spec, j.applied, j.pause, j.created_at, j.updated_at';

export const toJob = (row: Row): Job => {
  const [id, revision, spec, applied, pause, createdAt, updatedAt] = row as JobRow;
  return {
    id,
    revision,
    spec: { ...laterFields, ...JSON.parse(spec) },
    applied: applied === 1,
    pause: fromJson(pause),
    createdAt,
    updatedAt,
  };
};

type JobRow = [string, number, string, number, string | null, number, number];

export const cursorColumns = ['job_id', 'next_fire_at', 'anchor_at'] as const;

export const toCursor = (row: Row): ScheduleCursor => {
  const [jobId, nextFireAt, anchorAt] = row as [string, number | null, number];
  return { jobId, nextFireAt, anchorAt };
};

export const fromCursor = (cursor: ScheduleCursor): SqlValue[] => [cursor.jobId, cursor.nextFireAt, cursor.anchorAt];

export const runColumns = [
  'id',
  'job_id',
  'revision',
  'state',
  'reason',
  'sentence',
  'trigger_kind',
  'requested_by',
  'priority',
  'policy',
  'executor',
  'size',
  'place',
  'overrides',
  'created_at',
  'due_at',
  'not_before',
  'start_by',
  'waits_since',
  'attempt',
  'failures',
  'infrastructure_failures',
  'started_at',
  'ended_at',
  'commits',
  'silent_since',
  'lease_instance',
  'lease_epoch',
  // What no holder of a lease writes.
  'idempotency_key',
  'stop',
] as const;

export const toRun = (row: Row): Run => ({
  id: row[0] as string,
  jobId: row[1] as string,
  revision: row[2] as number,
  state: row[3] as Run['state'],
  reason: row[4] as string | null,
  sentence: row[5] as string | null,
  trigger: row[6] as Run['trigger'],
  requestedBy: row[7] as string,
  priority: row[8] as number,
  concurrencyPolicy: row[9] as Run['concurrencyPolicy'],
  executor: row[10] as string,
  size: row[11] as string,
  place: row[12] as string | null,
  overrides: fromJson(row[13] as string | null),
  idempotencyKey: row[28] as string | null,
  createdAt: row[14] as number,
  dueAt: row[15] as number | null,
  notBefore: row[16] as number,
  startBy: row[17] as number | null,
  waitsSince: row[18] as number | null,
  attempt: row[19] as number,
  failures: row[20] as number,
  infrastructureFailures: row[21] as number,
  startedAt: row[22] as number | null,
  endedAt: row[23] as number | null,
  commits: fromJson(row[24] as string | null),
  silentSince: row[25] as number | null,
  leaseInstance: row[26] as string | null,
  leaseEpoch: row[27] as number,
  stop: fromJson(row[29] as string | null),
});

export const fromRun = (run: Run): SqlValue[] => [
  run.id,
  run.jobId,
  run.revision,
  run.state,
  run.reason,
  run.sentence,
  run.trigger,
  run.requestedBy,
  run.priority,
  run.concurrencyPolicy,
  run.executor,
  run.size,
  run.place,
  toJson(run.overrides),
  run.createdAt,
  run.dueAt,
  run.notBefore,
  run.startBy,
  run.waitsSince,
  run.attempt,
  run.failures,
  run.infrastructureFailures,
  run.startedAt,
  run.endedAt,
  toJson(run.commits),
  run.silentSince,
  run.leaseInstance,
  run.leaseEpoch,
  run.idempotencyKey,
  toJson(run.stop),
];

export const activeColumns = [
  'id',
  'job_id',
  'state',
  'attempt',
  'lease_instance',
  'lease_epoch',
  'stop',
  'created_at',
] as const;

export const toActiveRun = (row: Row): ActiveRun => ({
  id: row[0] as string,
  jobId: row[1] as string,
  state: row[2] as ActiveRun['state'],
  attempt: row[3] as number,
  leaseInstance: row[4] as string | null,
  leaseEpoch: row[5] as number,
  stop: fromJson(row[6] as string | null),
  createdAt: row[7] as number,
});

export const toActiveCount = ([executor, state, runs, oldestAt]: Row): ActiveCount => ({
  executor: executor as string,
  state: state as ActiveCount['state'],
  runs: Number(runs),
  oldestAt: Number(oldestAt),
});

/** Of the row that the statement `activity` gives for a job, which begins with its id. */
export const toActivity = ([, active, running, stopping, lastEnded, lastStartedAt]: Row): JobActivity => ({
  active: active as number,
  running: running as number,
  stopping: stopping as number,
  lastStartedAt: lastStartedAt as number | null,
  lastEnded: lastEnded as JobActivity['lastEnded'],
});

export const attemptColumns = [
  'run_id',
  'attempt',
  'state',
  'executor',
  'place',
  'cpu',
  'memory_bytes',
  'handle',
  'outcome',
  'phases',
  'created_at',
  'started_at',
  'ended_at',
  'gpus',
  // 1 while it holds them, else null: what it says is in the other columns too, but not so that an index could tell.
  'holds_gpus',
] as const;

export const toAttempt = (row: Row): Attempt => ({
  runId: row[0] as string,
  attempt: row[1] as number,
  state: row[2] as Attempt['state'],
  executor: row[3] as string,
  place: row[4] as string,
  takes: { cpu: row[5] as number, memoryBytes: row[6] as number },
  handle: fromJson(row[7] as string | null),
  outcome: fromJson(row[8] as string | null),
  phases: JSON.parse(row[9] as string),
  createdAt: row[10] as number,
  startedAt: row[11] as number | null,
  endedAt: row[12] as number | null,
  gpus: fromJson(row[13] as string | null) ?? [],
});

export const fromAttempt = (attempt: Attempt): SqlValue[] => [
  attempt.runId,
  attempt.attempt,
  attempt.state,
  attempt.executor,
  attempt.place,
  attempt.takes.cpu,
  attempt.takes.memoryBytes,
  toJson(attempt.handle),
  toJson(attempt.outcome),
  JSON.stringify(attempt.phases),
  attempt.createdAt,
  attempt.startedAt,
  attempt.endedAt,
  attempt.gpus.length === 0 ? null : JSON.stringify(attempt.gpus),
  holdsGpus(attempt) ? 1 : null,
];

/** Of the rows that the statement `holding` gives. */
export const toHeldGpus = ([place, runId, attempt, gpus]: Row): HeldGpu[] =>
  (JSON.parse(gpus as string) as GpuLease[]).map((lease) => ({
    ...lease,
    place: place as string,
    runId: runId as string,
    attempt: attempt as number,
  }));

export const occurrenceColumns = ['job_id', 'from_at', 'to_at', 'count', 'reason', 'run_id', 'recorded_at'] as const;

export const toOccurrence = (row: Row): Occurrence => ({
  jobId: row[0] as string,
  from: row[1] as number,
  to: row[2] as number,
  count: row[3] as number,
  reason: row[4] as Occurrence['reason'],
  runId: row[5] as string | null,
  recordedAt: row[6] as number,
});

export const fromOccurrence = (row: Occurrence): SqlValue[] => [
  row.jobId,
  row.from,
  row.to,
  row.count,
  row.reason,
  row.runId,
  row.recordedAt,
];

export const toJson = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));

export const fromJson = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));
