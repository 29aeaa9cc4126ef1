import type { Page, PageQuery } from '../../../ports/store.ts';
import { pageRange, toPage } from '../../shared/paging.ts';
import type { Row, Sql, SqlValue } from '../sql.ts';

/** The conditions of a list, gathered with their parameters. */
export interface Conditions {
  readonly texts: string[];
  readonly params: SqlValue[];
  /** Adds a condition; each `?` in it is the next of the values. */
  add(text: string, ...values: SqlValue[]): void;
}

export const conditions = (): Conditions => {
  const texts: string[] = [];
  const params: SqlValue[] = [];
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

/** Rows of one page and one more, each beginning with its `seq`. `select` ends after its joins; `seq` is the column. */
export const listRows = (
  sql: Sql,
  list: { select: string; seq: string; where: Conditions; query: PageQuery },
): Row[] => {
  const { select, seq, where, query } = list;
  const range = pageRange(query);
  if (range.above !== null) where.add(`${seq} > ?`, range.above);
  if (range.below !== null) where.add(`${seq} < ?`, range.below);
  const condition = where.texts.length === 0 ? '' : `WHERE ${where.texts.join(' AND ')}`;
  const direction = range.order === 'ascending' ? 'ASC' : 'DESC';
  const limit = `$${where.params.length + 1}`;
  return sql.rows(`${select} ${condition} ORDER BY ${seq} ${direction} LIMIT ${limit}`, ...where.params, range.limit);
};

/** A page, with the query that it answers, as it travels from the worker. */
export interface ListWire {
  rows: Row[];
  query: PageQuery;
}

export const listPage =
  <T>(convert: (row: Row) => T) =>
  ({ rows, query }: ListWire): Page<T> =>
    toPage(
      query,
      rows.map(([seq, ...row]) => ({ seq: seq as number, item: convert(row) })),
    );
