import type { Page, PageQuery } from '@runyard/core';
import { pageRange, type Row, toPage } from '@runyard/core/sql';
import type { Sql, Value } from '../database/database.ts';

/** The conditions of a list, gathered with their parameters. */
export interface Conditions {
  readonly texts: string[];
  readonly params: Value[];
  /** Adds a condition; each `?` in it is the next of the values. */
  add(text: string, ...values: Value[]): void;
}

export const conditions = (): Conditions => {
  const texts: string[] = [];
  const params: Value[] = [];
  return {
    texts,
    params,
    add(text, ...values) {
      let next = 0;
      texts.push(
        text.replace(/\?/g, () => {
          params.push(values[next++] ?? null);
          return `$${params.length}`;
        }),
      );
    },
  };
};

interface List<T> {
  /** Ends after its joins; its rows begin with their `seq`. */
  select: string;
  /** The column. */
  seq: string;
  where: Conditions;
  query: PageQuery;
  convert(row: Row): T;
}

/** One page, in one statement. */
export const readPage = async <T>(sql: Sql, { select, seq, where, query, convert }: List<T>): Promise<Page<T>> => {
  const range = pageRange(query);
  if (range.above !== null) where.add(`${seq} > ?`, range.above);
  if (range.below !== null) where.add(`${seq} < ?`, range.below);
  const condition = where.texts.length === 0 ? '' : `WHERE ${where.texts.join(' AND ')}`;
  const direction = range.order === 'ascending' ? 'ASC' : 'DESC';
  const limit = `$${where.params.length + 1}`;
  const text = `${select} ${condition} ORDER BY ${seq} ${direction} LIMIT ${limit}`;
  const found = await sql.list(text, ...where.params, range.limit);
  return toPage(
    query,
    found.map(([number, ...row]) => ({ seq: number as number, item: convert(row) })),
  );
};
