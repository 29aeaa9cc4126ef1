import type { Attempt, Change, Run } from '@runyard/core';
import { rows, type SqlValue } from '@runyard/core/sql';

/** A change as it was when it was handed over: whoever did may go on changing its records. */
export type Taken =
  | Exclude<Change, WithRecord>
  | (Extract<Change, { kind: 'run.insert' | 'run.write' }> & { values: SqlValue[] })
  | (Extract<Change, { kind: 'attempt.insert' | 'attempt.write' }> & { values: SqlValue[] });

type WithRecord = { kind: 'run.insert' | 'run.write' } | { kind: 'attempt.insert' | 'attempt.write' };

export type TakenOf<Kind extends Change['kind']> = Extract<Taken, { kind: Kind }>;

/** Runs and attempts, of which there are many, are made into their columns right away; nothing else of them is copied deeply. */
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
