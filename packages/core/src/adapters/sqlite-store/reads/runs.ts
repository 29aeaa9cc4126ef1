import { isTerminal, type RunState, type StopRequest } from '../../../domain/run/run.ts';
import type { OccurrenceQuery, RunQuery } from '../../../ports/store.ts';
import { type Conditions, conditions } from '../../shared/sql/list-text.ts';
import {
  columnsOf,
  fromJson,
  runColumns,
  toActiveCount,
  toActiveRun,
  toActivity,
  toOccurrence,
  toRun,
} from '../../shared/sql/rows.ts';
import { isActive } from '../../shared/sql/statements/active.ts';
import { occurrenceStatements } from '../../shared/sql/statements/occurrences.ts';
import { runStatements as runs } from '../../shared/sql/statements/runs.ts';
import type { Row, Sql } from '../sql.ts';
import { type ListWire, listPage, listRows } from './list.ts';
import { each, orNull, read } from './read.ts';

export const run = read((sql, id: string) => sql.row(runs.byId, id), orNull(toRun));

export const occurrences = read(
  (sql, { jobId, from, to, limit, descending }: OccurrenceQuery) =>
    sql.rows(occurrenceStatements[descending ? 'touchingLatest' : 'touching'], jobId, from, to, limit),
  each(toOccurrence),
);

export const activity = read(
  (sql, jobIds: readonly string[]) => sql.rows(runs.activity, JSON.stringify(jobIds)),
  (rows: Row[]) => new Map(rows.map((row) => [row[0] as string, toActivity(row)])),
);

export const activeCounts = read((sql) => sql.rows(runs.activeCounts), each(toActiveCount));

export const active = read(
  (sql, jobIds: readonly string[]) => sql.rows(runs.active, JSON.stringify(jobIds)),
  each(toActiveRun),
);

export const stopRequests = read(
  (sql, instance: string) => sql.rows(runs.stopRequests, instance),
  each(([id, stop]) => ({ id: id as string, stop: fromJson<StopRequest>(stop as string) as StopRequest })),
);

export const runList = read((sql: Sql, query: RunQuery): ListWire => {
  const where = conditions();
  if (query.jobId !== undefined) where.add('r.job_id = ?', query.jobId);
  if (query.owners) where.add(ownedBy, JSON.stringify(query.owners));
  const byState = query.states && addStates(where, query.states);
  if (query.trigger !== undefined) where.add('r.trigger_kind = ?', query.trigger);
  if (query.idempotencyKey !== undefined) where.add('r.idempotency_key = ?', query.idempotencyKey);
  return { rows: listRows(sql, { select: selectRuns, seq: byState ? '+r.seq' : 'r.seq', where, query }), query };
}, listPage(toRun));

// Asked of each run on the way: a list ends after its page, where looking up every run of an owner would not.
const ownedBy = `EXISTS (
  SELECT 1 FROM jobs j WHERE j.id = r.job_id AND j.owner IN (SELECT value FROM json_each(?)))`;

// States are written out, not passed: only so do the partial indexes serve. True where the few active runs are best
// gathered through theirs and sorted, instead of looking for them among all that ever were.
const addStates = (where: Conditions, states: readonly RunState[]): boolean => {
  where.add(`r.state IN (${states.map((state) => `'${known(state)}'`).join(', ')})`);
  const onlyActive = states.every((state) => !isTerminal(state));
  if (onlyActive) where.add(isActive('r'));
  const [single] = states;
  if (states.length === 1 && single !== undefined && ['failed', 'cancelled', 'skipped'].includes(single))
    where.add("r.state IN ('failed', 'cancelled', 'skipped')");
  return onlyActive;
};

const selectRuns = `SELECT r.seq, ${columnsOf('r', runColumns)} FROM runs r`;

// It goes into the text of a statement.
const known = (state: string): string => {
  if (/^[a-z]+$/.test(state)) return state;
  throw new TypeError(`'${state}' is not the state of a run.`);
};
