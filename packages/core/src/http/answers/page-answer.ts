import type { Page } from '../../ports/store.ts';
import type { PageOptions } from '../../services/page-options.ts';

export interface PagingQuery {
  page_size?: number | undefined;
  next_key?: string | undefined;
  prev_key?: string | undefined;
  descending?: boolean | undefined;
}

/** The published paging parameters as the library's. */
export const pageOptions = ({ page_size, next_key, prev_key, descending }: PagingQuery): PageOptions => ({
  limit: page_size ?? 100,
  ...(next_key !== undefined && { after: next_key }),
  ...(prev_key !== undefined && { before: prev_key }),
  ...(descending !== undefined && { descending }),
});

/** The keys of the pages beside this one; absent at the ends. */
export const pageKeys = ({ next, previous }: Page<unknown>): { next_key?: string; prev_key?: string } => ({
  ...(next !== undefined && { next_key: next }),
  ...(previous !== undefined && { prev_key: previous }),
});
