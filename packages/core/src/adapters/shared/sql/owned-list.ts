import { topicOf } from '../../../domain/audit.ts';
import type { AuditQuery, DocumentQuery, PageQuery } from '../../../ports/store.ts';
import { pageRange } from '../paging.ts';
import { auditColumns, documentColumns } from './document-rows.ts';
import { type Conditions, conditions } from './list-text.ts';
import { columnsOf } from './rows.ts';
import type { SqlValue } from './values.ts';

/** How a database is asked for the first rows of each of several owners. */
export interface EachOwner<Value> {
  /** The owners as one parameter. */
  value(owners: readonly string[]): Value;
  /** A statement for the numbers of the first rows of all of them. `firstOf` is that for those of one. */
  found(given: {
    table: string;
    param: string;
    firstOf(owner: string): string;
    inOrder(alias: string): string;
  }): string;
}

/** One statement for the rows of a page and one more, each beginning with its `seq`, and its parameters. */
export interface OwnedList<Value> {
  text: string;
  params: (Value | SqlValue)[];
}

export const documentListText = <Value>(query: DocumentQuery, each: EachOwner<Value>): OwnedList<Value> => {
  const where = conditions<Value>();
  where.add('e.kind = ?', query.kind);
  if (query.name !== undefined) where.add('e.name = ?', query.name);
  return ownedText({ table: 'documents', columns: documentColumns, where, query, each });
};

export const auditListText = <Value>(query: AuditQuery, each: EachOwner<Value>): OwnedList<Value> => {
  const { subject, by, action, from, to } = query;
  const where = conditions<Value>();
  if (subject !== undefined) where.add('e.subject_id = ?', subject);
  if (by !== undefined) where.add('e.by_id = ?', by);
  if (action !== undefined) where.add('e.topic = ?', topicOf(action));
  if (action?.includes('.')) where.add('e.action = ?', action);
  if (from !== undefined) where.add('e.written_at >= ?', from);
  if (to !== undefined) where.add('e.written_at <= ?', to);
  return ownedText({ table: 'audit', columns: auditColumns, where, query, each });
};

interface Asked<Value> {
  table: string;
  columns: readonly string[];
  /** On `e`. */
  where: Conditions<Value>;
  query: PageQuery & { owners?: readonly string[] };
  each: EachOwner<Value>;
}

/**
 * Numbers are gathered and put in order first, from an index where there is one, and only the rows of the page are read. Those of several
 * owners are gathered one owner after the other, so that no list reads all that somebody ever had.
 */
const ownedText = <Value>({ table, columns, where, query, each }: Asked<Value>): OwnedList<Value> => {
  const range = pageRange(query);
  if (range.above !== null) where.add('e.seq > ?', range.above);
  if (range.below !== null) where.add('e.seq < ?', range.below);
  const params: (Value | SqlValue)[] = [...where.params];
  const bind = (value: Value | SqlValue): string => `$${params.push(value)}`;
  const direction = range.order === 'ascending' ? 'ASC' : 'DESC';
  const limit = bind(range.limit);
  const inOrder = (alias: string): string => `ORDER BY ${alias}.seq ${direction} LIMIT ${limit}`;
  const first = (...more: string[]): string => {
    const all = [...more, ...where.texts];
    return `SELECT e.seq FROM ${table} e ${all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`} ${inOrder('e')}`;
  };
  const found = query.owners
    ? each.found({
        table,
        param: bind(each.value([...new Set(query.owners)])),
        firstOf: (owner) => first(`e.owner = ${owner}`),
        inOrder,
      })
    : first();
  const text = `
    SELECT d.seq, ${columnsOf('d', columns)} FROM (${found}) found CROSS JOIN ${table} d
    WHERE d.seq = found.seq ORDER BY d.seq ${direction}`;
  return { text, params };
};
