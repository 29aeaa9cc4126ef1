import { topicOf } from '../../../domain/audit.ts';
import type { AuditQuery, DocumentQuery, PageQuery } from '../../../ports/store.ts';
import { pageRange } from '../paging.ts';
import { auditColumns, documentColumns } from './document-rows.ts';
import { type Conditions, conditions } from './list-text.ts';
import { columnsOf } from './rows.ts';
import type { SqlValue } from './values.ts';

/** How a database is asked for lists of what has an owner. */
export interface OwnedWords<Value> {
  /** Owners as one parameter. */
  value(owners: readonly string[]): Value;
  /** A column where another index than its own serves better, if the database has to be told. */
  aside(column: string): string;
  /** A statement for the numbers of the first rows of all these owners. */
  found(given: {
    table: string;
    param: string;
    /** The same for one, told by a condition on `e`; `by`: what is sorted by before the number. */
    firstOf(owned: string, by?: string): string;
    inOrder(alias: string): string;
  }): string;
}

/** One statement for the rows of a page and one more, each beginning with its `seq`, and its parameters. */
export interface OwnedList<Value> {
  text: string;
  params: (Value | SqlValue)[];
}

export const documentListText = <Value>(query: DocumentQuery, words: OwnedWords<Value>): OwnedList<Value> => {
  const where = conditions<Value>();
  where.add('e.kind = ?', query.kind);
  if (query.name !== undefined) where.add('e.name = ?', query.name);
  return ownedText({ table: 'documents', columns: documentColumns, where, query, words });
};

export const auditListText = <Value>(query: AuditQuery, words: OwnedWords<Value>): OwnedList<Value> => {
  const { owners, subject, by, action, from, to } = query;
  const where = conditions<Value>();
  if (subject !== undefined) where.add('e.subject_id = ?', subject);
  if (by !== undefined) where.add('e.by_id = ?', by);
  // There are few topics: the index of one helps where nothing else is asked for.
  const isAlone = owners === undefined && subject === undefined && by === undefined;
  if (action !== undefined) where.add(`${isAlone ? 'e.topic' : words.aside('e.topic')} = ?`, topicOf(action));
  if (action?.includes('.')) where.add('e.action = ?', action);
  if (from !== undefined) where.add('e.written_at >= ?', from);
  if (to !== undefined) where.add('e.written_at <= ?', to);
  return ownedText({ table: 'audit', columns: auditColumns, where, query, words });
};

interface Asked<Value> {
  table: string;
  columns: readonly string[];
  /** On `e`. */
  where: Conditions<Value>;
  query: PageQuery & { owners?: readonly string[] };
  words: OwnedWords<Value>;
}

/**
 * Numbers are gathered and put in order first, from an index where there is one, and only the rows of the page are read. Those of several
 * owners are gathered one owner after the other, so that no list reads all that somebody ever had.
 */
const ownedText = <Value>({ table, columns, where, query, words }: Asked<Value>): OwnedList<Value> => {
  const range = pageRange(query);
  if (range.above !== null) where.add('e.seq > ?', range.above);
  if (range.below !== null) where.add('e.seq < ?', range.below);
  const params: (Value | SqlValue)[] = [...where.params];
  const bind = (value: Value | SqlValue): string => `$${params.push(value)}`;
  const direction = range.order === 'ascending' ? 'ASC' : 'DESC';
  const limit = bind(range.limit);
  const inOrder = (alias: string, by?: string): string =>
    `ORDER BY ${by === undefined ? '' : `${by} ${direction}, `}${alias}.seq ${direction} LIMIT ${limit}`;
  const first = (owned: readonly string[], order: string): string => {
    const all = [...owned, ...where.texts];
    return `SELECT e.seq FROM ${table} e ${all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`} ${order}`;
  };
  const found = query.owners
    ? words.found({
        table,
        param: bind(words.value([...new Set(query.owners)])),
        firstOf: (owned, by) => first([owned], inOrder('e', by)),
        inOrder,
      })
    : first([], inOrder('e'));
  const text = `
    SELECT d.seq, ${columnsOf('d', columns)} FROM (${found}) found CROSS JOIN ${table} d
    WHERE d.seq = found.seq ORDER BY d.seq ${direction}`;
  return { text, params };
};
