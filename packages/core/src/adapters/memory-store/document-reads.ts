import { type AuditEntry, topicOf } from '../../domain/audit.ts';
import type { DocumentKind, StoredDocument } from '../../domain/document.ts';
import type { AuditQuery, DocumentQuery, Page } from '../../ports/store.ts';
import { copy } from './copy.ts';
import { pageOf } from './page-of.ts';
import { documentName } from './put-document.ts';
import { pair, type Tables } from './tables.ts';

export const documentById = (tables: Tables, kind: DocumentKind, id: string | undefined): StoredDocument | null =>
  copy((id === undefined ? undefined : tables.documents.get(kind)?.get(id)?.document) ?? null);

export const documentByName = (tables: Tables, kind: DocumentKind, owner: string, name: string) =>
  documentById(tables, kind, tables.documentNames.get(documentName(kind, owner, name)));

export const documentByLookup = (tables: Tables, kind: DocumentKind, lookup: string) =>
  documentById(tables, kind, tables.documentLookups.get(pair(kind, lookup)));

export const documentsById = (tables: Tables, ids: readonly string[]): StoredDocument[] =>
  [...new Set(ids)].flatMap((id) =>
    [...tables.documents.values()].flatMap((ofKind) => copy(ofKind.get(id)?.document) ?? []),
  );

export const listDocuments = (tables: Tables, query: DocumentQuery): Page<StoredDocument> => {
  const found: { seq: number; item: StoredDocument }[] = [];
  for (const { seq, document } of tables.documents.get(query.kind)?.values() ?? [])
    if (fitsDocument(document, query)) found.push({ seq, item: document });
  return pageOf(query, found);
};

export const listAudit = (tables: Tables, query: AuditQuery): Page<AuditEntry> => {
  const found: { seq: number; item: AuditEntry }[] = [];
  for (const { seq, entry } of tables.audit.values()) if (fitsEntry(entry, query)) found.push({ seq, item: entry });
  return pageOf(query, found);
};

const fitsDocument = ({ owner, name }: StoredDocument, query: DocumentQuery): boolean =>
  (!query.owners || query.owners.includes(owner)) && (query.name === undefined || query.name === name);

const fitsEntry = ({ owner, subject, by, action, at }: AuditEntry, query: AuditQuery): boolean =>
  (!query.owners || query.owners.includes(owner)) &&
  (query.subject === undefined || query.subject === subject.id) &&
  (query.by === undefined || query.by === by.id) &&
  (query.action === undefined || query.action === action || query.action === topicOf(action)) &&
  (query.from === undefined || at >= query.from) &&
  (query.to === undefined || at <= query.to);
