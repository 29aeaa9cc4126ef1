import type { AuditEntry, AuditQuery, DocumentKind, DocumentQuery, Page, StoredDocument } from '@runyard/core';
import {
  auditListText,
  documentListText,
  documentRows,
  documentStatements as documents,
  type OwnedList,
  type OwnedWords,
  type Row,
  toPage,
} from '@runyard/core/sql';
import type { Sql, Value } from '../database/database.ts';
import { orNull } from './jobs.ts';

export const document = async (sql: Sql, kind: DocumentKind, id: string): Promise<StoredDocument | null> =>
  orNull(await sql.row(documents.byId, kind, id), documentRows.toDocument);

export const documentByName = async (
  sql: Sql,
  kind: DocumentKind,
  owner: string,
  name: string,
): Promise<StoredDocument | null> =>
  orNull(await sql.row(documents.byName, kind, owner, name), documentRows.toDocument);

export const documentByLookup = async (sql: Sql, kind: DocumentKind, lookup: string): Promise<StoredDocument | null> =>
  orNull(await sql.row(documents.byLookup, kind, lookup), documentRows.toDocument);

export const documentsById = async (sql: Sql, ids: readonly string[]): Promise<StoredDocument[]> =>
  (await sql.rows(byIds, ids)).map(documentRows.toDocument);

const byIds = documents.byIds('= ANY($1::text[])');

export const documentList = async (sql: Sql, query: DocumentQuery): Promise<Page<StoredDocument>> =>
  toPage(query, await listed(sql, documentListText(query, words), documentRows.toDocument));

export const auditList = async (sql: Sql, query: AuditQuery): Promise<Page<AuditEntry>> =>
  toPage(query, await listed(sql, auditListText(query, words), documentRows.toAuditEntry));

const listed = async <T>(
  sql: Sql,
  { text, params }: OwnedList<Value>,
  convert: (row: Row) => T,
): Promise<{ seq: number; item: T }[]> =>
  (await sql.list(text, ...params)).map(([seq, ...row]) => ({ seq: seq as number, item: convert(row) }));

// Of one owner only, but said so that the planner does not know, who would look for a frequent one's among all in order.
const words: OwnedWords<Value> = {
  value: (owners) => owners,
  aside: (column) => column,
  found: ({ param, firstOf, inOrder }) => `
    SELECT f.seq FROM unnest(${param}::text[]) o(owner)
    CROSS JOIN LATERAL (${firstOf('e.owner BETWEEN o.owner AND o.owner', 'e.owner')}) f ${inOrder('f')}`,
};
