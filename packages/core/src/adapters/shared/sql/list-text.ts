import type { PageQuery } from '../../../ports/store.ts';
import { pageRange } from '../paging.ts';
import type { SqlValue } from './values.ts';

/** The conditions of a list, gathered with their parameters. `Value`: what a parameter may be. */
export interface Conditions<Value = SqlValue> {
  readonly texts: string[];
  readonly params: Value[];
  /** Adds a condition; each `?` in it is the next of the values. */
  add(text: string, ...values: (Value | SqlValue)[]): void;
}

export const conditions = <Value = SqlValue>(): Conditions<Value> => {
  const texts: string[] = [];
  const params: Value[] = [];
  return {
    texts,
    params,
    add(text, ...values) {
      let next = 0;
      texts.push(
        text.replace(/\?/g, () => {
          params.push((values[next++] ?? null) as Value);
          return `$${params.length}`;
        }),
      );
    },
  };
};

export interface ListText<Value> {
  /** Ends after its joins; its rows begin with their `seq`. */
  select: string;
  /** The column. */
  seq: string;
  where: Conditions<Value>;
  query: PageQuery;
}

/** One statement for the rows of a page and one more, and its parameters. */
export const listText = <Value>({
  select,
  seq,
  where,
  query,
}: ListText<Value>): { text: string; params: (Value | SqlValue)[] } => {
  const range = pageRange(query);
  if (range.above !== null) where.add(`${seq} > ?`, range.above);
  if (range.below !== null) where.add(`${seq} < ?`, range.below);
  const condition = where.texts.length === 0 ? '' : `WHERE ${where.texts.join(' AND ')}`;
  const direction = range.order === 'ascending' ? 'ASC' : 'DESC';
  const text = `${select} ${condition} ORDER BY ${seq} ${direction} LIMIT $${where.params.length + 1}`;
  return { text, params: [...where.params, range.limit] };
};
