import { documentStatements as documents } from '@runyard/core/sql';
import type { Value } from '../../database/database.ts';
import { inTheWay, type Refusal } from '../decide/refusal.ts';
import { append, type Image, put } from '../image.ts';
import type { TakenOf } from '../take.ts';
import { counted } from '../writes/counted.ts';
import { documentNameOf, lookupOf, ownerOf, type SeenDocument } from './image.ts';
import type { Owner } from './needs.ts';

export const insertDocument = (image: Image, change: TakenOf<'document.insert'>): Refusal | null => {
  const { document, values } = change;
  if (image.documents.get(document.id)) return inTheWay(document.id);
  const holder = holderOf(image, document);
  if (holder) return inTheWay(holder);
  setDocument(image, document);
  write(image, counted(documents.insert, 1), ...values);
  return null;
};

export const updateDocument = (image: Image, change: TakenOf<'document.update'>): Refusal | null => {
  const { document, values, expectRevision } = change;
  const before = image.documents.get(document.id);
  if (before?.kind !== document.kind || before.revision !== expectRevision) return {};
  const holder = holderOf(image, document);
  if (holder) return inTheWay(holder);
  free(image, before);
  setDocument(image, document);
  write(image, documents.update, ...values);
  return null;
};

export const removeDocument = (image: Image, change: TakenOf<'document.remove'>): Refusal | null => {
  const { documentKind, id, expectRevision, unlessOwner } = change;
  const before = image.documents.get(id);
  if (before?.kind !== documentKind) return {};
  if (expectRevision !== undefined && before.revision !== expectRevision) return {};
  const owned = unlessOwner && firstOwned(image, unlessOwner);
  if (owned) return inTheWay(owned);
  free(image, before);
  put<string, SeenDocument | null>(image, image.documents, id, null);
  write(image, documents.remove, id);
  return null;
};

export const expectDocument = (image: Image, change: TakenOf<'document.expect'>): Refusal | null =>
  image.documents.get(change.id)?.kind === change.documentKind ? null : {};

/** Another document that has the lookup, or else the name. */
const holderOf = (image: Image, { id, ...document }: SeenDocument & { id: string }): string | undefined => {
  const { kind, lookup } = document;
  const byLookup = lookup === null ? null : image.documentLookups.get(lookupOf(kind, lookup));
  return (
    [byLookup, image.documentNames.get(documentNameOf(document))].find((holder) => !!holder && holder !== id) ??
    undefined
  );
};

/** The oldest job, or else the oldest document of these kinds: of what is in the database, and then of what this transaction adds. */
const firstOwned = (image: Image, asked: Owner): string | undefined => {
  const { owner, kinds } = asked;
  const found = image.owned.get(ownerOf(asked));
  const isOwned = (document: SeenDocument | null | undefined): boolean =>
    document?.owner === owner && kinds.includes(document.kind);
  return (
    found?.jobs.find((id) => !image.jobs.has(id) || image.jobs.get(id)?.owner === owner) ??
    keyOf(image.jobs, (job) => job?.owner === owner) ??
    found?.documents.find((id) => !image.documents.has(id) || isOwned(image.documents.get(id))) ??
    keyOf(image.documents, isOwned)
  );
};

const keyOf = <T>(map: ReadonlyMap<string, T>, fits: (value: T) => boolean): string | undefined => {
  for (const [key, value] of map) if (fits(value)) return key;
  return undefined;
};

const setDocument = (image: Image, document: SeenDocument & { id: string }): void => {
  const { id, kind, owner, name, lookup, revision } = document;
  put(image, image.documents, id, { kind, owner, name, lookup, revision });
  put(image, image.documentNames, documentNameOf(document), id);
  if (lookup !== null) put(image, image.documentLookups, lookupOf(kind, lookup), id);
};

const free = (image: Image, document: SeenDocument): void => {
  put<string, string | null>(image, image.documentNames, documentNameOf(document), null);
  if (document.lookup !== null)
    put<string, string | null>(image, image.documentLookups, lookupOf(document.kind, document.lookup), null);
};

const write = (image: Image, text: string, ...values: Value[]): void =>
  append(image, image.statements, { text, values });
