import type { DueAfter, DueSchedule, Job, JobQuery, Page, ScheduleCursor } from '@runyard/core';
import {
  conditions,
  jobStatements as jobs,
  listText,
  type Row,
  rows,
  scheduleStatements as schedules,
  toPage,
} from '@runyard/core/sql';
import type { Sql, Value } from '../database/database.ts';

export const job = async (sql: Sql, id: string): Promise<Job | null> =>
  orNull(await sql.row(jobs.byId, id), rows.toJob);

export const jobByName = async (sql: Sql, owner: string, name: string): Promise<Job | null> =>
  orNull(await sql.row(jobs.byName, owner, name), rows.toJob);

export const jobAt = async (sql: Sql, id: string, revision: number): Promise<Job | null> =>
  orNull(await sql.row(jobs.byRevision, id, revision), rows.toJob);

export const cursor = async (sql: Sql, jobId: string): Promise<ScheduleCursor | null> =>
  orNull(await sql.row(schedules.get, jobId), rows.toCursor);

export const orNull = <T>(row: Row | undefined, convert: (row: Row) => T): T | null =>
  row === undefined ? null : convert(row);

const toDue = (row: Row): DueSchedule => ({
  cursor: rows.toCursor(row),
  job: rows.toJob(row.slice(rows.cursorColumns.length)),
});

export const due = async (sql: Sql, now: number, limit: number, after?: DueAfter): Promise<DueSchedule[]> => {
  const from = [after?.nextFireAt ?? Number.MIN_SAFE_INTEGER, after?.jobId ?? ''];
  return (await sql.rows(schedules.due, now, limit, ...from)).map(toDue);
};

export const ahead = async (sql: Sql, now: number, after: string | null, limit: number): Promise<DueSchedule[]> =>
  (await sql.rows(schedules.ahead, now, after ?? '', limit)).map(toDue);

export const jobList = async (sql: Sql, query: JobQuery): Promise<Page<Job>> => {
  const where = conditions<Value>();
  where.add('j.removed_at IS NULL');
  if (query.owners) where.add('j.owner = ANY(?::text[])', query.owners);
  if (query.name !== undefined) where.add('strpos(j.name_folded, ?) > 0', query.name.toLowerCase());
  if (query.applied !== undefined) where.add('j.applied = ?', query.applied ? 1 : 0);
  for (const tag of Object.entries(query.tags ?? {})) where.add('? = ANY(j.tags)', JSON.stringify(tag));
  const { text, params } = listText({ select: selectJobs, seq: 'j.seq', where, query });
  const found = await sql.list(text, ...params);
  return toPage(
    query,
    found.map(([seq, ...row]) => ({ seq: seq as number, item: rows.toJob(row) })),
  );
};

const selectJobs = `
  SELECT j.seq, ${rows.jobColumns} FROM jobs j JOIN job_revisions v ON v.job_id = j.id AND v.revision = j.revision`;
