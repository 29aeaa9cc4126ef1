import { type AuditEntry, topicOf } from '../../../domain/audit.ts';
import type { StoredDocument } from '../../../domain/document.ts';
import type { Row, SqlValue } from './values.ts';

// As in rows.ts: each list of columns, its `to…` and its `from…` have the same order.

export const documentColumns = [
  'id',
  'kind',
  'owner',
  'name',
  'lookup',
  'revision',
  'created_at',
  'updated_at',
  'data',
] as const;

export const toDocument = (row: Row): StoredDocument => ({
  id: row[0] as string,
  kind: row[1] as StoredDocument['kind'],
  owner: row[2] as string,
  name: row[3] as string,
  lookup: row[4] as string | null,
  revision: row[5] as number,
  createdAt: row[6] as number,
  updatedAt: row[7] as number,
  data: JSON.parse(row[8] as string),
});

export const fromDocument = (document: StoredDocument): SqlValue[] => [
  document.id,
  document.kind,
  document.owner,
  document.name,
  document.lookup,
  document.revision,
  document.createdAt,
  document.updatedAt,
  JSON.stringify(document.data),
];

export const auditColumns = [
  'id',
  'written_at',
  'by_id',
  'by_name',
  'action',
  'subject_kind',
  'subject_id',
  'subject_name',
  'owner',
  'details',
  // What `action` says too, but not so that an index could tell.
  'topic',
] as const;

export const toAuditEntry = (row: Row): AuditEntry => ({
  id: row[0] as string,
  at: row[1] as number,
  by: { id: row[2] as string, name: row[3] as string | null },
  action: row[4] as string,
  subject: { kind: row[5] as string, id: row[6] as string, name: row[7] as string | null },
  owner: row[8] as string,
  details: JSON.parse(row[9] as string),
});

export const fromAuditEntry = ({ id, at, by, action, subject, owner, details }: AuditEntry): SqlValue[] => [
  id,
  at,
  by.id,
  by.name,
  action,
  subject.kind,
  subject.id,
  subject.name,
  owner,
  JSON.stringify(details),
  topicOf(action),
];
