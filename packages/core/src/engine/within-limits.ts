import { mostDetailBytes } from '../domain/audit.ts';
import { type DocumentKind, mostDataBytes, type StoredDocument } from '../domain/document.ts';
import { RunyardError } from '../domain/errors.ts';
import type { Change, Store } from '../ports/store.ts';
import { bytesOf, shortened } from './shortened.ts';

/**
 * The store, for documents and audit entries that are no larger than they may be. A document that is gets `invalid-request`; an entry is shortened,
 * since what was done is done. `store` is a literal.
 */
export const withinLimits = (store: Store): Store => ({
  ...store,
  commit: async (batches) =>
    store.commit(batches.some(isLookedAt) ? batches.map((batch) => batch.map(bounded)) : batches),
});

const isLookedAt = (batch: readonly Change[]): boolean =>
  batch.some(({ kind }) => kind === 'audit.insert' || kind === 'document.insert' || kind === 'document.update');

const bounded = (change: Change): Change => {
  if (change.kind === 'document.insert' || change.kind === 'document.update') refuseTooLarge(change.document);
  if (change.kind !== 'audit.insert') return change;
  return { ...change, entry: { ...change.entry, details: shortened(change.entry.details, mostDetailBytes) } };
};

// These are written with the end of a run, which nothing may hold up, and hold as much as the engine lets them.
const engineKinds: readonly DocumentKind[] = ['outbox', 'delivery'];

const refuseTooLarge = ({ kind, name, data }: StoredDocument): void => {
  const bytes = engineKinds.includes(kind) ? 0 : bytesOf(data);
  if (bytes <= mostDataBytes) return;
  throw new RunyardError(
    'invalid-request',
    `The ${kind} '${name}' is too large: expected at most ${mostDataBytes} bytes in all, received ${bytes}.`,
    { expected: `at most ${mostDataBytes} bytes`, received: String(bytes) },
  );
};
