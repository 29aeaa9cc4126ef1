import type { Job, ScheduleCursor } from '../../domain/job/job.ts';
import { type Applier, otherActive, type Refusal } from './applier.ts';
import { copy } from './copy.ts';
import { type JobRow, pair, type Tables, under } from './tables.ts';
import { put, type Undo } from './undo.ts';

export const insertJob: Applier<'job.insert'> = (tables, { job, cursor }, undo) => {
  const holder = holderOfName(tables, job) ?? (tables.jobs.has(job.id) ? job.id : undefined);
  if (holder !== undefined) return { id: holder };
  putJob(tables, { seq: ++tables.lastSeq, job: copy(job), removedAt: null }, undo);
  putSpec(tables, job, undo);
  if (cursor) putCursor(tables, job.id, cursor, undo);
  return null;
};

export const updateJob: Applier<'job.update'> = (tables, { job, expectRevision, cursor }, undo) => {
  const row = present(tables, job.id);
  if (row?.job.revision !== expectRevision) return {};
  const holder = holderOfName(tables, job);
  if (holder !== undefined && holder !== job.id) return { id: holder };
  put(tables.names, nameKey(row.job), undefined, undo);
  putJob(tables, { ...row, job: copy(job) }, undo);
  putSpec(tables, job, undo);
  if (cursor === null) put(tables.cursors, job.id, undefined, undo);
  if (cursor) putCursor(tables, job.id, cursor, undo);
  return null;
};

export const removeJob: Applier<'job.remove'> = (tables, { id, at, whileActive }, undo) => {
  const row = present(tables, id);
  if (!row) return {};
  const others = otherActive(tables, id, whileActive);
  if (others) return others;
  put(tables.jobs, id, { ...row, removedAt: at }, undo);
  put(tables.names, nameKey(row.job), undefined, undo);
  put(tables.cursors, id, undefined, undo);
  return null;
};

export const forgetJob: Applier<'job.forget'> = (tables, { id }, undo) => {
  const row = tables.jobs.get(id);
  if (!row || row.removedAt === null || tables.runsOfJob.has(id)) return {};
  put(tables.jobs, id, undefined, undo);
  put(tables.specs, id, undefined, undo);
  put(tables.occurrences, id, undefined, undo);
  return null;
};

export const expectJob: Applier<'job.expect'> = (tables, { id, revision }) => {
  const row = present(tables, id);
  return row && (revision === undefined || row.job.revision === revision) ? null : {};
};

export const moveCursor: Applier<'cursor.move'> = (tables, { jobId, expect, next, revision }, undo): Refusal | null => {
  if (revision !== undefined && tables.jobs.get(jobId)?.job.revision !== revision) return {};
  const cursor = tables.cursors.get(jobId);
  if (!cursor || cursor.nextFireAt !== expect) return {};
  put(tables.cursors, jobId, { ...cursor, nextFireAt: next }, undo);
  return null;
};

const present = (tables: Tables, id: string): JobRow | undefined => {
  const row = tables.jobs.get(id);
  return row?.removedAt === null ? row : undefined;
};

const nameKey = ({ spec }: Job): string => pair(spec.owner, spec.name);

const holderOfName = (tables: Tables, job: Job): string | undefined => tables.names.get(nameKey(job));

const putJob = (tables: Tables, row: JobRow, undo: Undo): void => {
  put(tables.jobs, row.job.id, row, undo);
  put(tables.names, nameKey(row.job), row.job.id, undo);
};

const putSpec = (tables: Tables, job: Job, undo: Undo): void => {
  const specs = under(tables.specs, job.id, () => new Map());
  put(specs, job.revision, copy(job.spec), undo);
};

const putCursor = (tables: Tables, jobId: string, cursor: ScheduleCursor, undo: Undo): void =>
  put(tables.cursors, jobId, { ...cursor, jobId }, undo);
