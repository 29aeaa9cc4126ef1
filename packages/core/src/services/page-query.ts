import { RunyardError } from '../domain/errors.ts';
import type { PageQuery } from '../ports/store.ts';
import type { PageOptions } from './page-options.ts';

const defaultLimit = 100;
const maxLimit = 1000;

/** Checks a caller's paging. */
export const pageQuery = (
  { limit = defaultLimit, after, before, descending }: PageOptions,
  newestFirst: boolean,
): PageQuery => {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit)
    throw new RunyardError('invalid-request', `\`limit\` must be a whole number from 1 to ${maxLimit}.`, {
      field: 'limit',
      expected: `1 to ${maxLimit}`,
      received: String(limit),
    });
  return {
    limit,
    descending: descending ?? newestFirst,
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
  };
};
