import type { Job, ScheduleCursor } from '../../../domain/job/job.ts';
import { fromCursor, toJson } from '../../shared/sql/rows.ts';
import { jobStatements as jobs } from '../../shared/sql/statements/jobs.ts';
import { retentionStatements as retention } from '../../shared/sql/statements/retention.ts';
import { scheduleStatements as schedules } from '../../shared/sql/statements/schedules.ts';
import type { Sql, SqlValue } from '../sql.ts';
import { type Applier, inTheWay, otherActive, textOf, unless } from './applier.ts';

export const insertJob: Applier<'job.insert'> = (sql, { job, cursor }) => {
  const values = fromJob(job);
  if (sql.run(jobs.insert, ...values) === 0) return inTheWay(holderOfName(sql, job) ?? job.id);
  sql.run(jobs.putRevision, job.id, job.revision, JSON.stringify(job.spec));
  if (cursor) putCursor(sql, job.id, cursor);
  return null;
};

export const updateJob: Applier<'job.update'> = (sql, { job, expectRevision, cursor }) => {
  if (sql.row(jobs.revision, job.id)?.[0] !== expectRevision) return {};
  const holder = holderOfName(sql, job);
  if (holder !== undefined && holder !== job.id) return { id: holder };
  sql.run(jobs.update, ...fromJob(job));
  sql.run(jobs.putRevision, job.id, job.revision, JSON.stringify(job.spec));
  if (cursor === null) sql.run(schedules.remove, job.id);
  if (cursor) putCursor(sql, job.id, cursor);
  return null;
};

export const removeJob: Applier<'job.remove'> = (sql, { id, at, whileActive }) => {
  const others = otherActive(sql, id, whileActive);
  if (others) return others;
  if (sql.run(jobs.remove, id, at) === 0) return {};
  sql.run(schedules.remove, id);
  return null;
};

export const forgetJob: Applier<'job.forget'> = (sql, { id }) => {
  if (sql.run(retention.forgetJob, id) === 0) return {};
  sql.run(retention.forgetRevisions, id);
  sql.run(retention.forgetRows, id);
  return null;
};

export const expectJob: Applier<'job.expect'> = (sql, { id, revision }) => {
  const row = sql.row(jobs.revision, id);
  return row && (revision === undefined || row[0] === revision) ? null : {};
};

export const moveCursor: Applier<'cursor.move'> = (sql, { jobId, expect, next, revision }) => {
  if (revision !== undefined && sql.row(jobs.revision, jobId)?.[0] !== revision) return {};
  return unless(sql.run(schedules.move, jobId, expect, next));
};

const holderOfName = (sql: Sql, { spec }: Job): string | undefined =>
  textOf(sql.row(jobs.idOfName, spec.owner, spec.name));

const putCursor = (sql: Sql, jobId: string, cursor: ScheduleCursor): void => {
  sql.run(schedules.put, ...fromCursor({ ...cursor, jobId }));
};

const fromJob = (job: Job): SqlValue[] => [
  job.id,
  job.spec.owner,
  job.spec.name,
  job.spec.name.toLowerCase(),
  job.revision,
  JSON.stringify(job.spec.tags),
  job.applied ? 1 : 0,
  toJson(job.pause),
  job.createdAt,
  job.updatedAt,
];
