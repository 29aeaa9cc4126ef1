import type { Job, ScheduleCursor } from '@runyard/core';
import { jobStatements as jobs, rows, type SqlValue, scheduleStatements as schedules } from '@runyard/core/sql';
import type { Value } from '../../database/database.ts';
import { append, type Image, nameOf, put } from '../image.ts';
import type { TakenOf } from '../take.ts';
import { counted } from '../writes/counted.ts';
import { inTheWay, type Refusal } from './refusal.ts';
import { otherActive } from './runs.ts';

export const insertJob = (image: Image, { job, cursor }: TakenOf<'job.insert'>): Refusal | null => {
  const { owner, name } = job.spec;
  const holder = image.names.get(nameOf(owner, name));
  if (holder) return inTheWay(holder);
  if (image.jobs.get(job.id) || image.gone.get(job.id)) return inTheWay(job.id);
  setJob(image, job);
  write(image, counted(jobs.insert, 1), ...fromJob(job));
  write(image, jobs.putRevision, job.id, job.revision, JSON.stringify(job.spec));
  if (cursor) putCursor(image, job.id, cursor);
  return null;
};

export const updateJob = (image: Image, change: TakenOf<'job.update'>): Refusal | null => {
  const { job, expectRevision, cursor } = change;
  const before = image.jobs.get(job.id);
  if (!before || before.revision !== expectRevision) return {};
  const holder = image.names.get(nameOf(job.spec.owner, job.spec.name));
  if (holder && holder !== job.id) return inTheWay(holder);
  put(image, image.names, nameOf(before.owner, before.name), null);
  setJob(image, job);
  write(image, jobs.update, ...fromJob(job));
  write(image, jobs.putRevision, job.id, job.revision, JSON.stringify(job.spec));
  if (cursor === null) removeCursor(image, job.id);
  if (cursor) putCursor(image, job.id, cursor);
  return null;
};

export const removeJob = (image: Image, { id, at, whileActive }: TakenOf<'job.remove'>): Refusal | null => {
  const others = otherActive(image, id, whileActive);
  if (others) return others;
  const before = image.jobs.get(id);
  if (!before) return {};
  put(image, image.jobs, id, null);
  put(image, image.gone, id, true);
  put(image, image.names, nameOf(before.owner, before.name), null);
  write(image, jobs.remove, id, at);
  removeCursor(image, id);
  return null;
};

export const expectJob = (image: Image, { id, revision: asked }: TakenOf<'job.expect'>): Refusal | null => {
  const revision: number | null = asked ?? null;
  if (image.jobs.has(id)) {
    const job = image.jobs.get(id);
    return job && (revision === null || job.revision === revision) ? null : {};
  }
  const expected = image.expected.get(id) ?? null;
  if (expected !== null && revision !== null && expected !== revision)
    put<string, number | null>(image, image.expected, id, never);
  else if (!image.expected.has(id) || expected === null)
    put<string, number | null>(image, image.expected, id, revision);
  return null;
};

// Two batches expect what cannot both be: no job is at that, so everything is read and decided again.
const never = -1;

export const moveCursor = (image: Image, change: TakenOf<'cursor.move'>): Refusal | null => {
  const { jobId, expect, next, revision } = change;
  if (revision !== undefined && image.jobs.get(jobId)?.revision !== revision) return {};
  const cursor = image.cursors.get(jobId);
  if (!cursor || cursor.nextFireAt !== expect) return {};
  const { written } = cursor;
  const whole = written !== null && written !== 'moved';
  put(image, image.cursors, jobId, {
    nextFireAt: next,
    written: whole ? { ...written, nextFireAt: next } : 'moved',
  });
  return null;
};

const setJob = (image: Image, { id, revision, spec: { owner, name } }: Job): void => {
  put(image, image.jobs, id, { revision, owner, name });
  put(image, image.names, nameOf(owner, name), id);
};

const putCursor = (image: Image, jobId: string, cursor: ScheduleCursor): void =>
  put(image, image.cursors, jobId, { nextFireAt: cursor.nextFireAt, written: { ...cursor, jobId } });

const removeCursor = (image: Image, jobId: string): void => {
  put(image, image.cursors, jobId, null);
  write(image, schedules.remove, jobId);
};

const write = (image: Image, text: string, ...values: Value[]): void =>
  append(image, image.statements, { text, values });

const fromJob = (job: Job): (SqlValue | readonly string[])[] => [
  job.id,
  job.spec.owner,
  job.spec.name,
  job.spec.name.toLowerCase(),
  job.revision,
  Object.entries(job.spec.tags).map((tag) => JSON.stringify(tag)),
  job.applied ? 1 : 0,
  rows.toJson(job.pause),
  job.createdAt,
  job.updatedAt,
];
