import type { DocumentKind, StoredDocument } from '@runyard/core';
import type { Mode } from '../mode.ts';
import type { TakenOf } from '../take.ts';

/** What has to be read, and locked to the end of the transaction, of documents and of the audit trail. */
export interface DocumentNeeds {
  /** To be there to the end. */
  expected: Set<string>;
  /** Nobody else may change them. */
  guarded: Set<string>;
  /** Nobody may even count on them being there. */
  removed: Set<string>;
  /** Whose name and lookup are to be free. */
  named: StoredDocument[];
  owners: Owner[];
  /** Entries that may be there. */
  entries: Set<string>;
}

/** Somebody who is to have no job and no document of these kinds. */
export interface Owner {
  owner: string;
  kinds: readonly DocumentKind[];
}

export const noDocuments = (): DocumentNeeds => ({
  expected: new Set(),
  guarded: new Set(),
  removed: new Set(),
  named: [],
  owners: [],
  entries: new Set(),
});

export type DocumentChange = TakenOf<
  'document.insert' | 'document.update' | 'document.remove' | 'document.expect' | 'audit.insert'
>;

export const needDocument = (needs: DocumentNeeds, change: DocumentChange, mode: Mode): void => {
  switch (change.kind) {
    case 'document.insert':
    case 'document.update':
      needs.guarded.add(change.document.id);
      needs.named.push(change.document);
      return;
    case 'document.remove':
      needs.removed.add(change.id);
      if (change.unlessOwner) needs.owners.push(change.unlessOwner);
      return;
    case 'document.expect':
      needs.expected.add(change.id);
      return;
    case 'audit.insert':
      if (mode === 'read') needs.entries.add(change.entry.id);
      return;
  }
};
