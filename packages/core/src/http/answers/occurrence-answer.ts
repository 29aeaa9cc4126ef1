import type { z } from 'zod';
import { RunyardError } from '../../domain/errors.ts';
import type { Occurrence } from '../../domain/run/run.ts';
import type { Page } from '../../ports/store.ts';
import type { OccurrenceRange } from '../../services/api.ts';
import type { occurrence } from '../schemas/answers.ts';
import type { PagingQuery } from './page-answer.ts';
import { toTimestamp } from './time.ts';

/** A row of the ledger on the wire. */
export const occurrenceAnswer = (row: Occurrence): z.output<typeof occurrence> => ({
  from: toTimestamp(row.from),
  to: toTimestamp(row.to),
  count: row.count,
  reason: row.reason,
  run_id: row.runId,
  recorded_at: toTimestamp(row.recordedAt),
});

export interface OccurrenceQuery extends PagingQuery {
  from?: number | undefined;
  to?: number | undefined;
}

/** A page of a ledger, newest first. Rows never overlap, so that the instant with which one begins is its key. */
export const occurrencePage = async (
  read: (range: OccurrenceRange) => Promise<Occurrence[]>,
  { from = 0, to = Number.MAX_SAFE_INTEGER, page_size = 100, next_key, prev_key, descending = true }: OccurrenceQuery,
): Promise<Page<Occurrence>> => {
  const isBack = next_key === undefined && prev_key !== undefined;
  const key = isBack ? readKey('prev_key', prev_key) : readKey('next_key', next_key);
  const isDown = descending !== isBack;
  const range =
    key === null ? { from, to } : isDown ? { from, to: Math.min(to, key - 1) } : { from: Math.max(from, key), to };
  // One more tells whether there is more, and going up the row of the key itself is met again.
  const extra = key !== null && !isDown ? 2 : 1;
  const limit = Math.min(page_size + extra, 1_000);
  const found = range.from > range.to ? [] : await read({ ...range, limit, descending: isDown });
  const behind = found.filter((row) => key === null || (isDown ? row.from < key : row.from > key));
  const rows = behind.slice(0, page_size);
  const hasMore = behind.length > page_size || (rows.length > 0 && found.length === limit);
  const items = isBack ? rows.reverse() : rows;
  const [first, last] = [items[0], items.at(-1)];
  const hasNext = isBack ? key !== null && items.length > 0 : hasMore;
  const hasPrevious = isBack ? hasMore : key !== null && items.length > 0;
  return {
    items,
    ...(hasNext && last && { next: String(last.from) }),
    ...(hasPrevious && first && { previous: String(first.from) }),
  };
};

const readKey = (field: string, key: string | undefined): number | null => {
  if (key === undefined) return null;
  if (/^\d{1,15}$/.test(key)) return Number(key);
  throw new RunyardError('invalid-request', `\`${field}\` is none that an answer gave.`, {
    field,
    expected: 'a key of an answer before',
    received: key,
  });
};
