import type { Page, PageQuery } from '../../../ports/store.ts';
import { toPage } from '../../shared/paging.ts';
import { type ListText, listText } from '../../shared/sql/list-text.ts';
import type { Row, Sql, SqlValue } from '../sql.ts';

/** Rows of one page and one more, each beginning with its `seq`. */
export const listRows = (sql: Sql, list: ListText<SqlValue>): Row[] => {
  const { text, params } = listText(list);
  return sql.rows(text, ...params);
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
