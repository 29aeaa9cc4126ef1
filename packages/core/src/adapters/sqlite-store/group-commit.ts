import type { DatabaseSync } from 'node:sqlite';
import type { Change, CommitResult } from '../../ports/store.ts';
import { applyChange } from './apply-change.ts';
import { isStorageFailure } from './failures.ts';
import type { Sql } from './sql.ts';

export type Batch = readonly Change[];
/** The batches of one `commit`. */
export type Call = readonly Batch[];

/** What became of a call: a result for each batch, or the error with which nothing of it was kept. */
export type CallOutcome = { results: CommitResult[] } | { error: unknown };

/** Puts many calls into one transaction, so that they share one wait for the disk. */
export const commitTogether = (db: DatabaseSync, sql: Sql, calls: readonly Call[]): CallOutcome[] => {
  try {
    // Nearly every guard holds, and a savepoint for each batch costs a third of the whole.
    return applyCalls(db, sql, calls, applyBare) ?? (applyCalls(db, sql, calls, applyGuarded) as CallOutcome[]);
  } catch (error) {
    if (calls.length === 1 || isStorageFailure(error)) return calls.map(() => ({ error }));
    // One call holds something that cannot be stored. Each by itself, so that only that one is rejected.
    return calls.flatMap((call) => commitTogether(db, sql, [call]));
  }
};

// Null where a batch must be undone and cannot be by itself: then nothing at all was kept.
const applyCalls = (
  db: DatabaseSync,
  sql: Sql,
  calls: readonly Call[],
  apply: (sql: Sql, batch: Batch) => CommitResult | null,
): CallOutcome[] | null => {
  sql.run('BEGIN IMMEDIATE');
  try {
    const outcomes: CallOutcome[] = [];
    for (const call of calls) {
      const results: CommitResult[] = [];
      for (const batch of call) {
        const result = apply(sql, batch);
        if (result === null) {
          sql.run('ROLLBACK');
          return null;
        }
        results.push(result);
      }
      outcomes.push({ results });
    }
    sql.run('COMMIT');
    return outcomes;
  } catch (error) {
    // A full disk may have ended the transaction already.
    if (db.isTransaction) sql.run('ROLLBACK');
    throw error;
  }
};

// Null where the batch was refused behind its first change, so that it has written already. The change itself has not:
// it looks at its guard before it writes.
const applyBare = (sql: Sql, batch: Batch): CommitResult | null => {
  const result = applyAll(sql, batch);
  return result.ok || result.change === 0 ? result : null;
};

const applyGuarded = (sql: Sql, batch: Batch): CommitResult => {
  if (batch.length === 1) return applyAll(sql, batch);
  sql.run('SAVEPOINT batch');
  const result = applyAll(sql, batch);
  if (!result.ok) sql.run('ROLLBACK TO batch');
  sql.run('RELEASE batch');
  return result;
};

const applyAll = (sql: Sql, batch: Batch): CommitResult => {
  for (const [index, change] of batch.entries()) {
    const refusal = applyChange(sql, change);
    if (refusal) return { ok: false, change: index, ...refusal };
  }
  return { ok: true };
};
