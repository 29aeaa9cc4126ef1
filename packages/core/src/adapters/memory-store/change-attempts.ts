import { type Attempt, attemptKey } from '../../domain/run/run.ts';
import type { Applier } from './applier.ts';
import { copy } from './copy.ts';
import type { Tables } from './tables.ts';
import { put, type Undo } from './undo.ts';

export const insertAttempt: Applier<'attempt.insert'> = (tables, { attempt }, undo) => {
  if (known(tables, attempt)) return {};
  putAttempt(tables, copy(attempt), undo);
  return null;
};

export const writeAttempt: Applier<'attempt.write'> = (tables, { attempt, expectState, epoch }, undo) => {
  if (epoch !== undefined && tables.runs.get(attempt.runId)?.run.leaseEpoch !== epoch) return {};
  if (known(tables, attempt)?.state !== expectState) return {};
  putAttempt(tables, copy(attempt), undo);
  return null;
};

const known = (tables: Tables, { runId, attempt }: Attempt): Attempt | undefined =>
  tables.attempts.get(runId)?.find((each) => each.attempt === attempt);

const putAttempt = (tables: Tables, attempt: Attempt, undo: Undo): void => {
  const others = (tables.attempts.get(attempt.runId) ?? []).filter((each) => each.attempt !== attempt.attempt);
  const inOrder = [...others, attempt].sort((a, b) => a.attempt - b.attempt);
  const unfinished = attempt.state === 'ended' || attempt.state === 'sealed';
  put(tables.attempts, attempt.runId, inOrder, undo);
  put(tables.unfinished, attemptKey(attempt.runId, attempt.attempt), unfinished ? attempt : undefined, undo);
};
