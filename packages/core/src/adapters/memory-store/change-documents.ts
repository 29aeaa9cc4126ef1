import type { DocumentKind, StoredDocument } from '../../domain/document.ts';
import type { Applier, Refusal } from './applier.ts';
import { copy } from './copy.ts';
import { documentName, putDocument } from './put-document.ts';
import { pair, type Tables } from './tables.ts';

export const insertDocument: Applier<'document.insert'> = (tables, { document }, undo) => {
  const holder = isThere(tables, document.id) ? document.id : holderOf(tables, document);
  if (holder !== undefined) return { id: holder };
  putDocument(tables, document, { seq: ++tables.lastSeq, document: copy(document) }, undo);
  return null;
};

export const updateDocument: Applier<'document.update'> = (tables, { document, expectRevision }, undo) => {
  const row = tables.documents.get(document.kind)?.get(document.id);
  if (row?.document.revision !== expectRevision) return {};
  const holder = holderOf(tables, document);
  if (holder !== undefined) return { id: holder };
  putDocument(tables, document, { ...row, document: copy(document) }, undo);
  return null;
};

export const removeDocument: Applier<'document.remove'> = (tables, change, undo) => {
  const { documentKind: kind, id, expectRevision, unlessOwner } = change;
  const row = tables.documents.get(kind)?.get(id);
  if (!row || (expectRevision !== undefined && row.document.revision !== expectRevision)) return {};
  const owned = unlessOwner && firstOwned(tables, unlessOwner);
  if (owned) return owned;
  putDocument(tables, { kind, id }, undefined, undo);
  return null;
};

export const expectDocument: Applier<'document.expect'> = (tables, { documentKind, id }) =>
  tables.documents.get(documentKind)?.has(id) ? null : {};

const isThere = (tables: Tables, id: string): boolean => [...tables.documents.values()].some((rows) => rows.has(id));

/** Another document that has the lookup, or else the name. */
const holderOf = (tables: Tables, { kind, id, owner, name, lookup }: StoredDocument): string | undefined =>
  [
    lookup === null ? undefined : tables.documentLookups.get(pair(kind, lookup)),
    tables.documentNames.get(documentName(kind, owner, name)),
  ].find((holder) => holder !== undefined && holder !== id);

/** The oldest job, or else the oldest document of these kinds. */
const firstOwned = (
  tables: Tables,
  { owner, kinds }: { owner: string; kinds: readonly DocumentKind[] },
): Refusal | null => {
  const jobs = [...tables.jobs.values()].filter(({ job, removedAt }) => removedAt === null && job.spec.owner === owner);
  const documents = kinds
    .flatMap((kind) => [...(tables.documents.get(kind)?.values() ?? [])])
    .filter(({ document }) => document.owner === owner);
  return (
    oldest(jobs.map(({ seq, job: { id } }) => ({ seq, id }))) ??
    oldest(documents.map(({ seq, document: { id } }) => ({ seq, id })))
  );
};

const oldest = (found: readonly { seq: number; id: string }[]): Refusal | null => {
  const [first] = found.toSorted((a, b) => a.seq - b.seq);
  return first ? { id: first.id } : null;
};
