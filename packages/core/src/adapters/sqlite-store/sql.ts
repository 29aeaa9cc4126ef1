import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Row, SqlValue } from '../shared/sql/values.ts';

export type { Row, SqlValue };

/** A connection as the statements see it. Each text is prepared once and kept. */
export interface Sql {
  /** Returns the number of rows changed. */
  run(text: string, ...params: SqlValue[]): number;
  row(text: string, ...params: SqlValue[]): Row | undefined;
  rows(text: string, ...params: SqlValue[]): Row[];
}

export const sqlOver = (db: DatabaseSync): Sql => {
  const prepared = new Map<string, Prepared>();
  const prepare = (text: string): Prepared => {
    const known = prepared.get(text);
    if (known) return known;
    const made = prepareNumbered(db, text);
    prepared.set(text, made);
    return made;
  };
  return {
    run(text, ...params) {
      const { statement, order } = prepare(text);
      return Number(statement.run(...inOrder(params, order)).changes);
    },
    row(text, ...params) {
      const { statement, order } = prepare(text);
      return statement.get(...inOrder(params, order)) as unknown as Row | undefined;
    },
    rows(text, ...params) {
      const { statement, order } = prepare(text);
      return statement.all(...inOrder(params, order)) as unknown as Row[];
    },
  };
};

interface Prepared {
  statement: StatementSync;
  /** For each `?`, the index of its parameter; null where they are simply in order. */
  order: readonly number[] | null;
}

// Texts number their parameters (`$1`), as PostgreSQL wants it. node:sqlite binds by position only to plain `?` (Node
// 22 knows no `?1`), which is also the fastest way. No text of ours has a `$1` inside a string.
const prepareNumbered = (db: DatabaseSync, text: string): Prepared => {
  const order: number[] = [];
  const plain = text.replace(/\$(\d+)/g, (_, n: string) => {
    order.push(Number(n) - 1);
    return '?';
  });
  const statement = db.prepare(plain);
  // Rows come as arrays, in the order of the column lists of rows.ts: less to build here, less to copy between threads.
  statement.setReturnArrays(true);
  return { statement, order: order.every((index, at) => index === at) ? null : order };
};

const inOrder = (params: readonly SqlValue[], order: readonly number[] | null): readonly SqlValue[] =>
  order === null ? params : order.map((index) => params[index] ?? null);
