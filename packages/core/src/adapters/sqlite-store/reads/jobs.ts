import type { DueAfter, DueSchedule, JobQuery } from '../../../ports/store.ts';
import { conditions } from '../../shared/sql/list-text.ts';
import { cursorColumns, jobColumns, toCursor, toJob } from '../../shared/sql/rows.ts';
import { jobStatements as jobs } from '../../shared/sql/statements/jobs.ts';
import { scheduleStatements as schedules } from '../../shared/sql/statements/schedules.ts';
import type { Row, Sql } from '../sql.ts';
import { type ListWire, listPage, listRows } from './list.ts';
import { each, orNull, read } from './read.ts';

export const job = read((sql, id: string) => sql.row(jobs.byId, id), orNull(toJob));

export const jobByName = read((sql, owner: string, name: string) => sql.row(jobs.byName, owner, name), orNull(toJob));

export const jobAt = read((sql, id: string, revision: number) => sql.row(jobs.byRevision, id, revision), orNull(toJob));

export const cursor = read((sql, jobId: string) => sql.row(schedules.get, jobId), orNull(toCursor));

const toDue = (row: Row): DueSchedule => ({ cursor: toCursor(row), job: toJob(row.slice(cursorColumns.length)) });

export const due = read(
  (sql, now: number, limit: number, after?: DueAfter) =>
    sql.rows(schedules.due, now, limit, after?.nextFireAt ?? Number.MIN_SAFE_INTEGER, after?.jobId ?? ''),
  each(toDue),
);

export const ahead = read(
  (sql, now: number, after: string | null, limit: number) => sql.rows(schedules.ahead, now, after ?? '', limit),
  each(toDue),
);

export const jobList = read((sql: Sql, query: JobQuery): ListWire => {
  const where = conditions();
  where.add('j.removed_at IS NULL');
  if (query.owners) where.add('j.owner IN (SELECT value FROM json_each(?))', JSON.stringify(query.owners));
  // `instr`, since LIKE folds the case of ASCII only.
  if (query.name !== undefined) where.add('instr(j.name_folded, ?) > 0', query.name.toLowerCase());
  if (query.applied !== undefined) where.add('j.applied = ?', query.applied ? 1 : 0);
  for (const [key, value] of Object.entries(query.tags ?? {}))
    where.add('EXISTS (SELECT 1 FROM json_each(j.tags) t WHERE t.key = ? AND t.value = ?)', key, value);
  return { rows: listRows(sql, { select: selectJobs, seq: 'j.seq', where, query }), query };
}, listPage(toJob));

const selectJobs = `
  SELECT j.seq, ${jobColumns} FROM jobs j JOIN job_revisions v ON v.job_id = j.id AND v.revision = j.revision`;
