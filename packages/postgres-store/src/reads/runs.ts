import type {
  ActiveRun,
  JobActivity,
  Occurrence,
  OccurrenceQuery,
  Page,
  QueuedRun,
  Run,
  RunQuery,
  RunState,
  StartableQuery,
  StopRequest,
} from '@runyard/core';
import { isTerminal, occurrenceStatements, type Row, rows, runStatements } from '@runyard/core/sql';
import type { Sql } from '../database/database.ts';
import { orNull } from './jobs.ts';
import { type Conditions, conditions, readPage } from './list.ts';
import { reads } from './statements.ts';

export const run = async (sql: Sql, id: string): Promise<Run | null> =>
  orNull(await sql.row(runStatements.byId, id), rows.toRun);

export const occurrences = async (sql: Sql, { jobId, from, to, limit }: OccurrenceQuery): Promise<Occurrence[]> =>
  (await sql.rows(occurrenceStatements.touching, jobId, from, to, limit)).map(rows.toOccurrence);

export const activity = async (sql: Sql, jobIds: readonly string[]): Promise<Map<string, JobActivity>> => {
  if (jobIds.length === 0) return new Map();
  const found = await sql.rows(reads.activity, jobIds);
  return new Map(found.map((row) => [row[0] as string, toActivity(row)]));
};

const toActivity = ([, active, running, stopping, lastEnded, lastStartedAt]: Row): JobActivity => ({
  active: active as number,
  running: running as number,
  stopping: stopping as number,
  lastStartedAt: lastStartedAt as number | null,
  lastEnded: lastEnded as JobActivity['lastEnded'],
});

export const active = async (sql: Sql, jobIds: readonly string[]): Promise<ActiveRun[]> =>
  jobIds.length === 0 ? [] : (await sql.rows(reads.active, jobIds)).map(rows.toActiveRun);

export const stopRequests = async (sql: Sql, instance: string): Promise<{ id: string; stop: StopRequest }[]> =>
  (await sql.rows(runStatements.stopRequests, instance)).map(([id, stop]) => ({
    id: id as string,
    stop: rows.fromJson<StopRequest>(stop as string) as StopRequest,
  }));

export const startable = async (sql: Sql, { executor, now, limit }: StartableQuery): Promise<QueuedRun[]> =>
  (await sql.rows(reads.startable, executor, now, limit)).map(([seq, ...row]) => ({
    seq: seq as number,
    run: rows.toRun(row),
    job: rows.toJob(row.slice(rows.runColumns.length)),
  }));

export const overdue = async (sql: Sql, now: number, limit: number): Promise<Run[]> =>
  (await sql.rows(reads.overdue, now, limit)).map(rows.toRun);

export const nextWakeAt = async (sql: Sql, now: number): Promise<number | null> => {
  const [fire, notBefore, startBy] = (await sql.row(reads.nextWakes, now)) as (number | null)[];
  const instants = [fire == null ? null : Math.max(fire, now), notBefore, startBy].filter((at) => at != null);
  return instants.length === 0 ? null : Math.min(...instants);
};

export const runList = (sql: Sql, query: RunQuery): Promise<Page<Run>> => {
  const where = conditions();
  if (query.jobId !== undefined) where.add('r.job_id = ?', query.jobId);
  if (query.owners) where.add(ownedBy, query.owners);
  const byState = query.states !== undefined && addStates(where, query.states);
  if (query.trigger !== undefined) where.add('r.trigger_kind = ?', query.trigger);
  if (query.idempotencyKey !== undefined) where.add('r.idempotency_key = ?', query.idempotencyKey);
  // With `+ 0` the order is not that of an index, so that the few active runs are gathered through theirs and sorted, instead of
  // looking for them among all that ever were.
  return readPage(sql, {
    select: selectRuns,
    seq: byState ? '(r.seq + 0)' : 'r.seq',
    where,
    query,
    convert: rows.toRun,
  });
};

// Asked of each run on the way: a list ends after its page, where looking up every run of an owner would not.
const ownedBy = 'EXISTS (SELECT 1 FROM jobs j WHERE j.id = r.job_id AND j.owner = ANY(?::text[]))';

const unsuccessful: readonly RunState[] = ['failed', 'cancelled', 'skipped'];

// States are written out, not passed: only so do the partial indexes serve. True where only active runs are asked for.
const addStates = (where: Conditions, states: readonly RunState[]): boolean => {
  if (states.length === 0) {
    where.add('FALSE');
    return false;
  }
  const list = `(${states.map((state) => `'${known(state)}'`).join(', ')})`;
  if (states.every((state) => unsuccessful.includes(state))) {
    where.add(`r.unsuccessful IN ${list}`);
    return false;
  }
  where.add(`r.state IN ${list}`);
  const onlyActive = states.every((state) => !isTerminal(state));
  if (onlyActive) where.add('r.active = 1');
  return onlyActive;
};

const selectRuns = `SELECT r.seq, ${rows.columnsOf('r', rows.runColumns)} FROM runs r`;

// It goes into the text of a statement.
const known = (state: string): string => {
  if (/^[a-z]+$/.test(state)) return state;
  throw new TypeError(`'${state}' is not the state of a run.`);
};
