import { isTerminal, retentionStatements as retention } from '@runyard/core/sql';
import type { Value } from '../../database/database.ts';
import { append, type Image, keyOf, put } from '../image.ts';
import type { TakenOf } from '../take.ts';
import { counted } from '../writes/counted.ts';
import type { Refusal } from './refusal.ts';

export const pruneRun = (image: Image, { id }: TakenOf<'run.prune'>): Refusal | null => {
  const run = image.runs.get(id);
  if (!run || !isTerminal(run.state)) return {};
  const keys = [...image.attempts.keys()].filter((key) => key.startsWith(`${id} `));
  const stored = image.undisposed.get(id) ?? [];
  const left = [...stored.filter((key) => !image.attempts.has(key)), ...keys];
  if (left.some((key) => stateOf(image, key) !== 'disposed')) return {};
  if (run.idempotencyKey !== null) put(image, image.keys, keyOf(run.jobId, run.idempotencyKey), null);
  for (const key of keys) put(image, image.attempts, key, null);
  put(image, image.runs, id, null);
  if (run.stored === null) return null;
  // Whether it may go was decided by what is locked, and by what this transaction made of it, which is then never written.
  write(image, counted(deleteRun, 1), id);
  write(image, retention.pruneAttempts, id);
  return null;
};

const deleteRun = 'DELETE FROM runs WHERE id = $1';

// One that was not read beside the run, and is in the store, is not disposed of.
const stateOf = (image: Image, key: string): string | undefined =>
  image.attempts.has(key) ? (image.attempts.get(key)?.state ?? 'disposed') : undefined;

export const pruneOccurrences = (image: Image, { jobId, before }: TakenOf<'occurrence.prune'>): null => {
  write(image, retention.pruneRows, jobId, before);
  return null;
};

export const forgetJob = (image: Image, { id }: TakenOf<'job.forget'>): Refusal | null => {
  if (!image.gone.get(id)) return {};
  const left = image.left.get(id) ?? [];
  if (left.some((run) => image.runs.get(run) !== null)) return {};
  for (const run of image.runs.values()) if (run?.stored === null && run.jobId === id) return {};
  put(image, image.gone, id, false);
  write(image, counted(retention.forgetJob, 1), id);
  write(image, retention.forgetRevisions, id);
  write(image, retention.forgetRows, id);
  return null;
};

const write = (image: Image, text: string, ...values: Value[]): void =>
  append(image, image.statements, { text, values });
