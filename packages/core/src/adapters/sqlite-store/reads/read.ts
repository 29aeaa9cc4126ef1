import type { Row, Sql } from '../sql.ts';

/**
 * One read in two halves: `query` runs on a worker thread and returns bare rows, `result` makes records of them on the
 * caller's thread. Rows are cheaper to pass between threads than records, above all job specs, which stay text.
 */
export interface Read<Args extends unknown[], Wire, Result> {
  query(sql: Sql, ...args: Args): Wire;
  result(wire: Wire): Result;
}

/** Lets the types be told from the two functions. */
export const read = <Args extends unknown[], Wire, Result>(
  query: (sql: Sql, ...args: Args) => Wire,
  result: (wire: Wire) => Result,
): Read<Args, Wire, Result> => ({ query, result });

export const orNull =
  <T>(convert: (row: Row) => T) =>
  (row: Row | undefined): T | null =>
    row === undefined ? null : convert(row);

export const each =
  <T>(convert: (row: Row) => T) =>
  (rows: Row[]): T[] =>
    rows.map(convert);
