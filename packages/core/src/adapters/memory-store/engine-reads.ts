import type { Job } from '../../domain/job/job.ts';
import { type Attempt, attemptKey, type Run } from '../../domain/run/run.ts';
import type {
  ActiveRun,
  AdoptableQuery,
  DueAfter,
  DueSchedule,
  LeasedRun,
  Store,
  UnfinishedAfter,
} from '../../ports/store.ts';
import { activeIds } from './applier.ts';
import { copy } from './copy.ts';
import type { RunRow, Tables } from './tables.ts';

export const jobAt = (tables: Tables, id: string, revision: number): Job | null => {
  const row = tables.jobs.get(id);
  const spec = tables.specs.get(id)?.get(revision);
  return row && spec ? copy({ ...row.job, revision, spec }) : null;
};

export const due = (tables: Tables, now: number, limit: number, after?: DueAfter): DueSchedule[] => {
  const ripe: { at: number; jobId: string }[] = [];
  for (const { jobId, nextFireAt } of tables.cursors.values())
    if (nextFireAt !== null && nextFireAt <= now) ripe.push({ at: nextFireAt, jobId });
  return ripe
    .filter(({ at, jobId }) => !after || at > after.nextFireAt || (at === after.nextFireAt && jobId > after.jobId))
    .sort((a, b) => a.at - b.at || compare(a.jobId, b.jobId))
    .slice(0, limit)
    .flatMap(({ jobId }) => scheduleOf(tables, jobId));
};

export const ahead = (tables: Tables, now: number, after: string | null, limit: number): DueSchedule[] =>
  [...tables.cursors.values()]
    .filter(({ jobId, nextFireAt }) => (nextFireAt === null || nextFireAt > now) && (after === null || jobId > after))
    .sort((a, b) => compare(a.jobId, b.jobId))
    .slice(0, limit)
    .flatMap(({ jobId }) => scheduleOf(tables, jobId));

const scheduleOf = (tables: Tables, jobId: string): DueSchedule[] => {
  const job = tables.jobs.get(jobId)?.job;
  const cursor = tables.cursors.get(jobId);
  return job && cursor ? [{ job: copy(job), cursor: { ...cursor } }] : [];
};

export const active = (tables: Tables, jobIds: readonly string[]): ActiveRun[] =>
  [...new Set(jobIds)]
    .flatMap((jobId) => activeIds(tables, jobId))
    .flatMap((id) => tables.runs.get(id) ?? [])
    .sort(bySeq)
    .map(({ run }) => toActiveRun(run));

const toActiveRun = (run: Run): ActiveRun => ({
  id: run.id,
  jobId: run.jobId,
  state: run.state,
  attempt: run.attempt,
  leaseInstance: run.leaseInstance,
  leaseEpoch: run.leaseEpoch,
  stop: copy(run.stop),
  createdAt: run.createdAt,
});

export const stopRequests = (tables: Tables, instance: string): Awaited<ReturnType<Store['stopRequests']>> =>
  allActive(tables).flatMap(({ run: { id, stop, leaseInstance } }) =>
    stop && (leaseInstance === instance || leaseInstance === null) ? [{ id, stop: copy(stop) }] : [],
  );

export const adoptable = (
  tables: Tables,
  { instance, now, latest, lockedPlace, after, limit }: AdoptableQuery,
): LeasedRun[] =>
  allActive(tables)
    .filter(({ run: { id, leaseInstance, place } }) => {
      if (leaseInstance === null || leaseInstance === instance || (after !== null && id <= after)) return false;
      if (lockedPlace !== null && place === lockedPlace) return true;
      const lease = tables.instances.get(leaseInstance);
      return !lease || lease.leaseMs === 0 || lease.expiresAt <= now || lease.expiresAt > latest + lease.leaseMs;
    })
    .sort((a, b) => compare(a.run.id, b.run.id))
    .slice(0, limit)
    .map((row) => toLeased(tables, row));

export const leasedTo = (tables: Tables, instance: string): LeasedRun[] =>
  allActive(tables)
    .filter(({ run }) => run.leaseInstance === instance)
    .map((row) => toLeased(tables, row));

const toLeased = (tables: Tables, { run }: RunRow): LeasedRun => ({
  run: copy(run),
  attempt: copy(attemptOf(tables, run.id, run.attempt) ?? null),
  expiresAt: (run.leaseInstance === null ? null : tables.instances.get(run.leaseInstance)?.expiresAt) ?? null,
});

export const unfinished = (tables: Tables, limit: number, after?: UnfinishedAfter): Attempt[] =>
  [...tables.unfinished.values()]
    .filter((attempt) => !after || byEnd(attempt, after) > 0)
    .sort(byEnd)
    .slice(0, limit)
    .map(copy);

export const attemptStates = (tables: Tables, keys: readonly string[]): Awaited<ReturnType<Store['attemptStates']>> =>
  new Map(
    keys.flatMap((key) => {
      const run = tables.runs.get(key.slice(0, key.lastIndexOf('.')))?.run;
      const attempt = run && tables.attempts.get(run.id)?.find((each) => attemptKey(run.id, each.attempt) === key);
      if (!run || !attempt) return [];
      return [[key, { attempt: attempt.state, run: run.state, current: run.attempt === attempt.attempt }] as const];
    }),
  );

const allActive = (tables: Tables): RunRow[] =>
  [...tables.active.values()]
    .flatMap((ids) => [...ids])
    .flatMap((id) => tables.runs.get(id) ?? [])
    .sort(bySeq);

const attemptOf = (tables: Tables, runId: string, attempt: number): Attempt | undefined =>
  tables.attempts.get(runId)?.find((each) => each.attempt === attempt);

const bySeq = (a: RunRow, b: RunRow): number => a.seq - b.seq;

// By code units, as SQLite compares text.
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

type Ended = Pick<Attempt, 'endedAt' | 'runId' | 'attempt'>;

const byEnd = (a: Ended, b: Ended): number =>
  (a.endedAt ?? 0) - (b.endedAt ?? 0) || compare(a.runId, b.runId) || a.attempt - b.attempt;
