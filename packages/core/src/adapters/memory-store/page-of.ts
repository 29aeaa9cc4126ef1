import type { Page, PageQuery } from '../../ports/store.ts';
import { pageRange, toPage } from '../shared/paging.ts';
import { copy } from './copy.ts';

/** The page of what fits, which comes in any order. */
export const pageOf = <T>(query: PageQuery, found: { seq: number; item: T }[]): Page<T> => {
  const { order, above, below, limit } = pageRange(query);
  const inside = found
    .filter(({ seq }) => (above === null || seq > above) && (below === null || seq < below))
    .sort((a, b) => (order === 'ascending' ? a.seq - b.seq : b.seq - a.seq))
    .slice(0, limit)
    .map(({ seq, item }) => ({ seq, item: copy(item) }));
  return toPage(query, inside);
};
