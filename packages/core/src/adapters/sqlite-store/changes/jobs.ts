import type { Job, ScheduleCursor } from '../../../domain/job/job.ts';
import { fromCursor, toJson } from '../rows.ts';
import type { Sql, SqlValue } from '../sql.ts';
import { jobStatements as jobs } from '../statements/jobs.ts';
import { runStatements as runs } from '../statements/runs.ts';
import { scheduleStatements as schedules } from '../statements/schedules.ts';
import { type Applier, inTheWay, textOf, unless } from './applier.ts';

export const insertJob: Applier<'job.insert'> = (sql, { job, cursor }) => {
  const values = fromJob(job);
  if (sql.run(jobs.insert, ...values) === 0) return inTheWay(holderOfName(sql, job) ?? job.id);
  sql.run(jobs.putRevision, job.id, job.revision, JSON.stringify(job.spec));
  sql.run(jobs.putStart, job.id, job.lastStartedAt);
  if (cursor) putCursor(sql, job.id, cursor);
  return null;
};

export const updateJob: Applier<'job.update'> = (sql, { job, expectRevision, cursor }) => {
  if (sql.row(jobs.revision, job.id)?.[0] !== expectRevision) return {};
  const holder = holderOfName(sql, job);
  if (holder !== undefined && holder !== job.id) return { id: holder };
  sql.run(jobs.update, ...fromJob(job));
  sql.run(jobs.putRevision, job.id, job.revision, JSON.stringify(job.spec));
  sql.run(jobs.putStart, job.id, job.lastStartedAt);
  if (cursor === null) sql.run(schedules.remove, job.id);
  if (cursor) putCursor(sql, job.id, cursor);
  return null;
};

export const removeJob: Applier<'job.remove'> = (sql, { id, at, unlessActive }) => {
  const active = unlessActive ? textOf(sql.row(runs.anyActive, id)) : undefined;
  if (active !== undefined) return { id: active };
  if (sql.run(jobs.remove, id, at) === 0) return {};
  sql.run(schedules.remove, id);
  return null;
};

export const markStarted: Applier<'job.started'> = (sql, { id, at }) => unless(sql.run(jobs.started, id, at));

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
