import type { DocumentKind } from '@runyard/core';
import type { Owner } from './needs.ts';

/** What the batches of one transaction touch of documents and of the audit trail: part of the image, and likewise. */
export interface DocumentImage {
  /** By id. */
  documents: Map<string, SeenDocument | null>;
  /** By kind, owner and name, and by kind and lookup: the document that has it. */
  documentNames: Map<string, string | null>;
  documentLookups: Map<string, string | null>;
  /** What owners have in the database, the oldest first: so much that one is left when all that this transaction may take away is gone. */
  owned: Map<string, { jobs: string[]; documents: string[] }>;
  /** Entries of the audit trail that are there. */
  entries: Map<string, true>;
}

export interface SeenDocument {
  kind: DocumentKind;
  owner: string;
  name: string;
  lookup: string | null;
  revision: number;
}

export const noDocumentsSeen = (): DocumentImage => ({
  documents: new Map(),
  documentNames: new Map(),
  documentLookups: new Map(),
  owned: new Map(),
  entries: new Map(),
});

export const documentNameOf = ({ kind, owner, name }: Pick<SeenDocument, 'kind' | 'owner' | 'name'>): string =>
  JSON.stringify([kind, owner, name]);
export const lookupOf = (kind: DocumentKind, lookup: string): string => `${kind} ${lookup}`;
export const ownerOf = ({ owner, kinds }: Owner): string => JSON.stringify([owner, kinds]);
