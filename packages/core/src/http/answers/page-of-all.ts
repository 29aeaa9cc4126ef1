import { RunyardError } from '../../domain/errors.ts';
import type { Page } from '../../ports/store.ts';
import type { PagingQuery } from './page-answer.ts';

export interface Keyed<T> {
  /** Unique; by these they are sorted. */
  key: string;
  item: T;
}

export interface KeyRules {
  /** What an answer gives as a key. */
  form: RegExp;
  newestFirst: boolean;
}

/** A page of a list that is there as a whole. Its keys are those of its items: a page stays where it is, whatever comes and goes. Throws `invalid-request` for a key that is none. */
export const pageOfAll = <T>(
  list: readonly Keyed<T>[],
  { page_size: size = 100, next_key: after, prev_key: before, descending }: PagingQuery,
  { form, newestFirst }: KeyRules,
): Page<T> => {
  for (const [field, key] of Object.entries({ next_key: after, prev_key: before })) assertKey(field, key, form);
  const sign = (descending ?? newestFirst) ? -1 : 1;
  const compare = (a: string, b: string): number => sign * (a < b ? -1 : a > b ? 1 : 0);
  const all = list.toSorted((a, b) => compare(a.key, b.key));
  const within = all.filter(
    ({ key }) => (after === undefined || compare(key, after) > 0) && (before === undefined || compare(key, before) < 0),
  );
  const page = before === undefined ? within.slice(0, size) : within.slice(-size);
  const [first, last] = [page[0], page.at(-1)];
  return {
    items: page.map(({ item }) => item),
    ...(last && last !== all.at(-1) && { next: last.key }),
    ...(first && first !== all[0] && { previous: first.key }),
  };
};

const assertKey = (field: string, key: string | undefined, form: RegExp): void => {
  if (key === undefined || form.test(key)) return;
  throw new RunyardError('invalid-request', `\`${field}\` is not one that an answer gave.`, { field, received: key });
};
