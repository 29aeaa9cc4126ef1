import type { SqlValue } from '@runyard/core/sql';

/**
 * Rows turned into a list for each column, as PostgreSQL writes lists: for `unnest`. Instants are whole milliseconds; one of an executor that
 * is more exact is rounded, where refusing it would leave its run without an end. `fractions` is the column that may hold some.
 */
export const columnLists = (
  rows: readonly (readonly SqlValue[])[],
  columns: number,
  fractions: number | null,
): string[] => {
  const lists: string[] = [];
  for (let column = 0; column < columns; column++) lists.push(list(rows, column, column === fractions));
  return lists;
};

const list = (rows: readonly (readonly SqlValue[])[], column: number, exact: boolean): string => {
  let text = '{';
  for (let row = 0; row < rows.length; row++) {
    const value = rows[row]![column];
    if (row > 0) text += ',';
    if (value == null) text += 'NULL';
    else if (typeof value === 'number') text += exact ? value : Math.round(value);
    else text += special.test(value) ? `"${value.replace(/[\\"]/g, '\\$&')}"` : `"${value}"`;
  }
  return `${text}}`;
};

const special = /[\\"]/;

/** `unnest($1::text[], $2::bigint[], …) u(a, b, …)`; the types by column. */
export const unnested = (columns: readonly string[], typeOf: (column: string) => string): string =>
  `unnest(${columns.map((column, index) => `$${index + 1}::${typeOf(column)}[]`).join(', ')}) u(${columns.join(', ')})`;
