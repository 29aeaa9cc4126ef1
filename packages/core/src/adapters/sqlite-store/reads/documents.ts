import type { DocumentKind } from '../../../domain/document.ts';
import type { AuditQuery, DocumentQuery } from '../../../ports/store.ts';
import { toAuditEntry, toDocument } from '../../shared/sql/document-rows.ts';
import { auditListText, documentListText, type OwnedWords } from '../../shared/sql/owned-list.ts';
import { documentStatements as documents } from '../../shared/sql/statements/documents.ts';
import type { SqlValue } from '../sql.ts';
import { type ListWire, listPage } from './list.ts';
import { each, orNull, read } from './read.ts';

export const document = read(
  (sql, kind: DocumentKind, id: string) => sql.row(documents.byId, kind, id),
  orNull(toDocument),
);

export const documentByName = read(
  (sql, kind: DocumentKind, owner: string, name: string) => sql.row(documents.byName, kind, owner, name),
  orNull(toDocument),
);

export const documentByLookup = read(
  (sql, kind: DocumentKind, lookup: string) => sql.row(documents.byLookup, kind, lookup),
  orNull(toDocument),
);

const byIds = documents.byIds('IN (SELECT value FROM json_each($1))');

export const documentsById = read(
  (sql, ids: readonly string[]) => sql.rows(byIds, JSON.stringify(ids)),
  each(toDocument),
);

// `CROSS JOIN` keeps the order: for each owner its numbers, then the rows of these.
const words: OwnedWords<SqlValue> = {
  value: (owners) => JSON.stringify(owners),
  aside: (column) => `+${column}`,
  found: ({ table, param, firstOf, inOrder }) => `
    SELECT f.seq FROM json_each(${param}) o CROSS JOIN ${table} f
    WHERE f.seq IN (${firstOf('e.owner = o.value')}) ${inOrder('f')}`,
};

export const documentList = read((sql, query: DocumentQuery): ListWire => {
  const { text, params } = documentListText(query, words);
  return { rows: sql.rows(text, ...params), query };
}, listPage(toDocument));

export const auditList = read((sql, query: AuditQuery): ListWire => {
  const { text, params } = auditListText(query, words);
  return { rows: sql.rows(text, ...params), query };
}, listPage(toAuditEntry));
