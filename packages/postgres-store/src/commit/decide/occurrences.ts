import type { Occurrence } from '@runyard/core';
import { append, type Image, put, type SeenOccurrence } from '../image.ts';
import type { TakenOf } from '../take.ts';
import type { Refusal } from './refusal.ts';

export const insertOccurrence = (image: Image, { occurrence }: TakenOf<'occurrence.insert'>): Refusal | null => {
  if (listOf(image, occurrence.jobId).some(({ row }) => row.from === occurrence.from)) return {};
  add(image, occurrence);
  return null;
};

export const coverOccurrence = (image: Image, { occurrence }: TakenOf<'occurrence.cover'>): Refusal | null => {
  const { jobId, from, to, count, reason, recordedAt } = occurrence;
  // The last row that begins in its range or before it.
  const before = listOf(image, jobId).findLast(({ row }) => row.from <= to);
  if (before && before.row.to >= from) return {};
  if (before && before.row.runId === null && before.row.reason === reason)
    replace(image, before, { ...before.row, to, count: before.row.count + count, recordedAt });
  else add(image, occurrence);
  return null;
};

export const withdrawOccurrence = (image: Image, change: TakenOf<'occurrence.withdraw'>): Refusal | null => {
  const { jobId, from, keep } = change;
  const there = listOf(image, jobId).find(({ row }) => row.from === from);
  if (!there || there.row.runId !== null) return {};
  if (keep) replace(image, there, { ...there.row, to: keep.to, count: keep.count });
  else {
    put(
      image,
      image.occurrences,
      jobId,
      listOf(image, jobId).filter((other) => other !== there),
    );
    if (there.from === 'store') append(image, image.withdrawn, { jobId, from });
  }
  return null;
};

const listOf = (image: Image, jobId: string): readonly SeenOccurrence[] => image.occurrences.get(jobId) ?? [];

const add = (image: Image, row: Occurrence): void => {
  const list = [...listOf(image, row.jobId), { row, from: 'us' as const, changed: true }];
  put(
    image,
    image.occurrences,
    row.jobId,
    list.sort((a, b) => a.row.from - b.row.from),
  );
};

const replace = (image: Image, old: SeenOccurrence, row: Occurrence): void => {
  const list = listOf(image, row.jobId).map((each) => (each === old ? { ...old, row, changed: true } : each));
  put(image, image.occurrences, row.jobId, list);
};
