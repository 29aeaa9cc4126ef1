import type { DocumentKind, StoredDocument } from '../../domain/document.ts';
import { type DocumentRow, pair, type Tables, under } from './tables.ts';
import { put, type Undo } from './undo.ts';

/** Puts the document in the place of what has its kind and id, in every index; undefined removes it. */
export const putDocument = (
  tables: Tables,
  { kind, id }: Pick<StoredDocument, 'kind' | 'id'>,
  row: DocumentRow | undefined,
  undo: Undo,
): void => {
  const rows = under(tables.documents, kind, () => new Map());
  const before = rows.get(id)?.document;
  if (before) index(tables, before, undefined, undo);
  put(rows, id, row, undo);
  if (row) index(tables, row.document, id, undo);
};

/** The name is last, so that two keys are the same only where all three parts are. */
export const documentName = (kind: DocumentKind, owner: string, name: string): string => pair(pair(kind, owner), name);

const index = (tables: Tables, document: StoredDocument, id: string | undefined, undo: Undo): void => {
  const { kind, owner, name, lookup } = document;
  put(tables.documentNames, documentName(kind, owner, name), id, undo);
  if (lookup !== null) put(tables.documentLookups, pair(kind, lookup), id, undo);
};
