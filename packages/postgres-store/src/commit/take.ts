import type { Attempt, Change, Run, StoredDocument } from '@runyard/core';
import { documentRows, rows, type SqlValue } from '@runyard/core/sql';
import { asStored } from '../database/storable.ts';

/** A change as it was when it was handed over: whoever did may go on changing its records. */
export type Taken =
  | Exclude<Change, WithRecord>
  | (Extract<Change, { kind: 'run.insert' | 'run.write' }> & { values: SqlValue[] })
  | (Extract<Change, { kind: 'attempt.insert' | 'attempt.write' }> & { values: SqlValue[] })
  | (Extract<Change, { kind: 'document.insert' | 'document.update' }> & { values: SqlValue[] })
  | (Extract<Change, { kind: 'audit.insert' }> & { values: SqlValue[] });

type WithRecord =
  | { kind: 'run.insert' | 'run.write' }
  | { kind: 'attempt.insert' | 'attempt.write' }
  | { kind: 'document.insert' | 'document.update' }
  | { kind: 'audit.insert' };

export type TakenOf<Kind extends Change['kind']> = Extract<Taken, { kind: Kind }>;

/** What there is much of, or what is large, is made into its columns right away; nothing else of it is copied deeply. */
export const take = (change: Change): Taken => {
  switch (change.kind) {
    case 'run.insert': {
      const { whileActive } = change;
      return { ...change, ...ofRun(change.run), ...(whileActive && { whileActive: [...whileActive] }) };
    }
    case 'run.write':
      return { ...change, ...ofRun(change.run) };
    case 'attempt.insert':
    case 'attempt.write':
      return { ...change, ...ofAttempt(change.attempt) };
    case 'document.insert':
    case 'document.update':
      return { ...change, ...ofDocument(change.document) };
    case 'audit.insert':
      return { ...change, entry: { ...change.entry }, values: documentRows.fromAuditEntry(change.entry) };
    case 'document.expect':
    case 'audit.prune':
    case 'job.expect':
    case 'cursor.move':
    case 'run.adopt':
    case 'run.release-key':
      return { ...change };
    default:
      return structuredClone(change);
  }
};

const ofRun = (run: Run): { run: Run; values: SqlValue[] } => ({ run: { ...run }, values: rows.fromRun(run) });

const ofAttempt = (attempt: Attempt): { attempt: Attempt; values: SqlValue[] } => ({
  attempt: { ...attempt, takes: { ...attempt.takes }, gpus: structuredClone(attempt.gpus) },
  values: rows.fromAttempt(attempt),
});

// Names are compared with those that are there, so they are taken as they will be.
const ofDocument = (document: StoredDocument): { document: StoredDocument; values: SqlValue[] } => {
  const { owner, name, lookup } = document;
  const stored = { ...document, owner: asStored(owner), name: asStored(name), lookup: lookup && asStored(lookup) };
  return { document: stored, values: documentRows.fromDocument(stored) };
};
