import type { DocumentKind, StoredDocument } from '../../../domain/document.ts';
import { fromDocument } from '../../shared/sql/document-rows.ts';
import { documentStatements as documents } from '../../shared/sql/statements/documents.ts';
import type { Sql } from '../sql.ts';
import { type Applier, type Refusal, textOf } from './applier.ts';

export const insertDocument: Applier<'document.insert'> = (sql, { document }) => {
  if (sql.run(documents.insert, ...fromDocument(document)) > 0) return null;
  if (sql.row(documents.isThere, document.id)) return { id: document.id };
  return holderOf(sql, document) ?? {};
};

export const updateDocument: Applier<'document.update'> = (sql, { document, expectRevision }) => {
  if (revisionOf(sql, document.kind, document.id) !== expectRevision) return {};
  const holder = holderOf(sql, document);
  if (holder) return holder;
  sql.run(documents.update, ...fromDocument(document));
  return null;
};

export const removeDocument: Applier<'document.remove'> = (sql, change) => {
  const { documentKind, id, expectRevision, unlessOwner } = change;
  const revision = revisionOf(sql, documentKind, id);
  if (revision === undefined || (expectRevision !== undefined && revision !== expectRevision)) return {};
  const owned = unlessOwner && firstOwned(sql, unlessOwner);
  if (owned) return owned;
  sql.run(documents.remove, id);
  return null;
};

export const expectDocument: Applier<'document.expect'> = (sql, { documentKind, id }) =>
  revisionOf(sql, documentKind, id) === undefined ? {} : null;

const revisionOf = (sql: Sql, kind: DocumentKind, id: string): number | undefined =>
  sql.row(documents.revision, kind, id)?.[0] as number | undefined;

/** Another document that has the lookup, or else the name. */
const holderOf = (sql: Sql, { kind, id, owner, name, lookup }: StoredDocument): Refusal | null => {
  const holders = [sql.row(documents.idOfLookup, kind, lookup), sql.row(documents.idOfName, kind, owner, name)];
  const other = holders.map(textOf).find((holder) => holder !== undefined && holder !== id);
  return other === undefined ? null : { id: other };
};

/** The oldest job, or else the oldest document of these kinds. */
const firstOwned = (sql: Sql, { owner, kinds }: { owner: string; kinds: readonly DocumentKind[] }): Refusal | null => {
  const first = sql.row(oldestJob, owner) ?? sql.row(oldestDocument, owner, JSON.stringify(kinds));
  return first ? { id: String(first[0]) } : null;
};

const oldestJob = 'SELECT id FROM jobs WHERE owner = $1 AND removed_at IS NULL ORDER BY seq LIMIT 1';
const oldestDocument = `
  SELECT id FROM documents WHERE owner = $1 AND kind IN (SELECT value FROM json_each($2))
  ORDER BY seq LIMIT 1`;
