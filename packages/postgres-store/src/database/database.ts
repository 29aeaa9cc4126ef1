import type { Row, SqlValue } from '@runyard/core/sql';

/** A connection as the statements see it. Rows are arrays, in the order of their columns; bigint comes as a number. */
export interface Sql {
  rows(text: string, ...values: readonly Value[]): Promise<Row[]>;
  row(text: string, ...values: readonly Value[]): Promise<Row | undefined>;
  /** As `rows`, for a text that is put together for this call: there are too many of them to keep each prepared. */
  list(text: string, ...values: readonly Value[]): Promise<Row[]>;
  /** Returns the number of rows changed. */
  run(text: string, ...values: readonly Value[]): Promise<number>;
  /** Several statements in one text, which is taken as it is, for as long as it takes. */
  script(text: string): Promise<void>;
}

/** What a parameter may be; a list is passed as an array of PostgreSQL. */
export type Value = SqlValue | Uint8Array | readonly SqlValue[] | readonly Uint8Array[];

export interface Statement {
  text: string;
  values: readonly Value[];
}

/**
 * The database behind the store and the log store. Texts name their tables bare, behind a keyword in capitals; those of
 * `migrations/tables.ts` are looked for in our schema, as is the channel of `pg_notify('channel', …)`. Each text but those of `list` is
 * prepared once on each connection, under a name of its own, unless that was turned off. Rejects with `store-unavailable`.
 */
export interface Database extends Sql {
  /** The name of our schema. */
  readonly schema: string;
  /** All or nothing, on one connection. Tried again after a deadlock or a serialization failure. */
  transaction<T>(act: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * The same in as few round trips as can be: what has to be read (and locked), and what follows from it, sent together with the
   * commit. What the server refuses is thrown as pg says it. What is to be told others goes along behind the commit, and may get lost.
   */
  unit<T>(unit: {
    reads: readonly Statement[];
    decide(rows: Row[][]): { writes: readonly Statement[]; tell: readonly Statement[]; value: T };
  }): Promise<T>;
  /** Hears what is sent on the channel, from now on until the returned function is called; `null` after a gap, where anything may have been missed. */
  listen(channel: string, heard: (payload: string | null) => void): () => void;
  /** From now on a server that is away is waited for a second at most: somebody waits for our end. */
  hurry(): void;
  close(): Promise<void>;
}
