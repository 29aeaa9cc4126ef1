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
    return inTransaction(db, sql, () =>
      calls.map((call) => ({ results: call.map((batch) => applyBatch(sql, batch)) })),
    );
  } catch (error) {
    if (calls.length === 1 || isStorageFailure(error)) return calls.map(() => ({ error }));
    // One call holds something that cannot be stored. Each by itself, so that only that one is rejected.
    return calls.flatMap((call) => commitTogether(db, sql, [call]));
  }
};

const inTransaction = <T>(db: DatabaseSync, sql: Sql, work: () => T): T => {
  sql.run('BEGIN IMMEDIATE');
  try {
    const result = work();
    sql.run('COMMIT');
    return result;
  } catch (error) {
    // A full disk may have ended the transaction already.
    if (db.isTransaction) sql.run('ROLLBACK');
    throw error;
  }
};

// A batch of one needs no savepoint, since a change looks at its guard before it writes.
const applyBatch = (sql: Sql, batch: Batch): CommitResult => {
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
