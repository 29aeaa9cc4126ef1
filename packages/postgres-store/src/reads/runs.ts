import type {
  ActiveCount,
  ActiveRun,
  JobActivity,
  Occurrence,
  OccurrenceQuery,
  QueuedRun,
  Run,
  StartableQuery,
  StopRequest,
} from '@runyard/core';
import { occurrenceStatements, rows, runStatements } from '@runyard/core/sql';
import type { Sql } from '../database/database.ts';
import { orNull } from './jobs.ts';
import { reads } from './statements.ts';

export const run = async (sql: Sql, id: string): Promise<Run | null> =>
  orNull(await sql.row(runStatements.byId, id), rows.toRun);

export const occurrences = async (sql: Sql, query: OccurrenceQuery): Promise<Occurrence[]> => {
  const { jobId, from, to, limit, descending } = query;
  const statement = occurrenceStatements[descending ? 'touchingLatest' : 'touching'];
  return (await sql.rows(statement, jobId, from, to, limit)).map(rows.toOccurrence);
};

export const activity = async (sql: Sql, jobIds: readonly string[]): Promise<Map<string, JobActivity>> => {
  if (jobIds.length === 0) return new Map();
  const found = await sql.rows(reads.activity, jobIds);
  return new Map(found.map((row) => [row[0] as string, rows.toActivity(row)]));
};

export const activeCounts = async (sql: Sql): Promise<ActiveCount[]> =>
  (await sql.rows(runStatements.activeCounts)).map(rows.toActiveCount);

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
