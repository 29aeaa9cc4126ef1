import type { Occurrence } from '../../domain/run/run.ts';
import type { Applier } from './applier.ts';
import { copy } from './copy.ts';
import { type Tables, under } from './tables.ts';
import { put } from './undo.ts';

export const insertOccurrence: Applier<'occurrence.insert'> = (tables, { occurrence }, undo) => {
  const rows = rowsOf(tables, occurrence.jobId);
  if (rows.has(occurrence.from)) return {};
  put(rows, occurrence.from, copy(occurrence), undo);
  return null;
};

export const coverOccurrence: Applier<'occurrence.cover'> = (tables, { occurrence }, undo) => {
  const rows = rowsOf(tables, occurrence.jobId);
  // The last row that begins in its range or before it.
  const before = rowBefore(rows, occurrence.to + 1);
  if (before && before.to >= occurrence.from) return {};
  if (before && before.runId === null && before.reason === occurrence.reason) {
    const { to, count, recordedAt } = occurrence;
    put(rows, before.from, { ...before, to, count: before.count + count, recordedAt }, undo);
  } else put(rows, occurrence.from, copy(occurrence), undo);
  return null;
};

export const withdrawOccurrence: Applier<'occurrence.withdraw'> = (tables, { jobId, from, keep }, undo) => {
  const rows = rowsOf(tables, jobId);
  const row = rows.get(from);
  if (!row || row.runId !== null) return {};
  put(rows, from, keep === null ? undefined : { ...row, ...keep }, undo);
  return null;
};

export const pruneOccurrences: Applier<'occurrence.prune'> = (tables, { jobId, before }, undo) => {
  const rows = rowsOf(tables, jobId);
  const newest = rowBefore(rows, Number.POSITIVE_INFINITY);
  for (const row of [...rows.values()]) if (row.to < before && row !== newest) put(rows, row.from, undefined, undo);
  return null;
};

const rowsOf = (tables: Tables, jobId: string): Map<number, Occurrence> =>
  under(tables.occurrences, jobId, () => new Map());

// Nearly always the one that was put last.
const rowBefore = (rows: Map<number, Occurrence>, from: number): Occurrence | undefined => {
  let before: Occurrence | undefined;
  for (const row of rows.values()) if (row.from < from && (!before || row.from > before.from)) before = row;
  return before;
};
