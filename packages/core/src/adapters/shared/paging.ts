import { RunyardError } from '../../domain/errors.ts';
import type { Page, PageQuery } from '../../ports/store.ts';

/**
 * Lists are paged by `seq`, the number that a record got when it was inserted: it never changes and is never given
 * twice, so a page means the same whatever is inserted meanwhile.
 */
export interface PageRange {
  /** The sequence number in which rows are read; the other way round than `descending` for a page before. */
  order: 'ascending' | 'descending';
  /** Exclusive bounds on `seq`. */
  above: number | null;
  below: number | null;
  /** One more than the page holds, so that its end is known. */
  limit: number;
}

const longest = 1000;

export const pageRange = (query: PageQuery): PageRange => {
  const after = position('after', query.after);
  const before = position('before', query.before);
  const forward = after !== null || before === null;
  const descending = query.descending ?? false;
  return {
    order: descending === forward ? 'descending' : 'ascending',
    above: descending ? before : after,
    below: descending ? after : before,
    limit: Math.max(1, Math.min(query.limit, longest)) + 1,
  };
};

/** The page of what was read by `pageRange(query)`. */
export const toPage = <T>(query: PageQuery, found: readonly { seq: number; item: T }[]): Page<T> => {
  const { limit } = pageRange(query);
  const more = found.length === limit;
  const kept = more ? found.slice(0, -1) : [...found];
  const forward = query.after !== undefined || query.before === undefined;
  if (!forward) kept.reverse();
  const first = kept[0];
  const last = kept.at(-1);
  const page: Page<T> = { items: kept.map(({ item }) => item) };
  if (last && (forward ? more : true)) page.next = String(last.seq);
  if (first && (forward ? query.after !== undefined : more)) page.previous = String(first.seq);
  return page;
};

const position = (field: 'after' | 'before', given: string | undefined): number | null => {
  if (given === undefined) return null;
  if (/^\d{1,15}$/.test(given)) return Number(given);
  throw new RunyardError(
    'invalid-request',
    `\`${field}\` is not a key that a list gave: use \`next\` or \`previous\` of a page.`,
    {
      field,
      expected: 'a key of this list',
      received: given,
    },
  );
};
