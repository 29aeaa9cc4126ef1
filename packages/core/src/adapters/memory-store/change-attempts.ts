import { allFitBeside, type HeldGpu, heldAt } from '../../domain/gpu/gpu-lease.ts';
import { fits } from '../../domain/run/resources.ts';
import { type Attempt, attemptKey, holdsGpus, isLive } from '../../domain/run/run.ts';
import type { Taken } from '../../ports/store.ts';
import type { Applier } from './applier.ts';
import { copy } from './copy.ts';
import type { Tables } from './tables.ts';
import { put, type Undo } from './undo.ts';

export const insertAttempt: Applier<'attempt.insert'> = (tables, { attempt, within }, undo) => {
  if (known(tables, attempt)) return {};
  if (within && !fits(attempt.takes, takenAt(tables, attempt.place), within)) return {};
  if (!allFitBeside(attempt.gpus, heldAt(attempt.place, allHeld(tables)))) return {};
  putAttempt(tables, copy(attempt), undo);
  return null;
};

export const writeAttempt: Applier<'attempt.write'> = (tables, { attempt, expectState, epoch }, undo) => {
  if (epoch !== undefined && tables.runs.get(attempt.runId)?.run.leaseEpoch !== epoch) return {};
  if (known(tables, attempt)?.state !== expectState) return {};
  putAttempt(tables, copy(attempt), undo);
  return null;
};

/** What the attempts at a place that have not ended take of it, and the GPUs of those that are not proved gone. */
export const takenAt = (tables: Tables, place: string): Taken => {
  const taken = { cpu: 0, memoryBytes: 0, gpus: heldAt(place, allHeld(tables)) };
  for (const attempt of tables.live.values()) {
    if (attempt.place !== place) continue;
    taken.cpu += attempt.takes.cpu;
    taken.memoryBytes += attempt.takes.memoryBytes;
  }
  return taken;
};

const allHeld = (tables: Tables): HeldGpu[] =>
  [...tables.holding.values()].flatMap(({ place, gpus, runId, attempt }) =>
    gpus.map((lease) => ({ ...copy(lease), place, runId, attempt })),
  );

const known = (tables: Tables, { runId, attempt }: Attempt): Attempt | undefined =>
  tables.attempts.get(runId)?.find((each) => each.attempt === attempt);

const putAttempt = (tables: Tables, attempt: Attempt, undo: Undo): void => {
  const others = (tables.attempts.get(attempt.runId) ?? []).filter((each) => each.attempt !== attempt.attempt);
  const inOrder = [...others, attempt].sort((a, b) => a.attempt - b.attempt);
  const unfinished = attempt.state === 'ended' || attempt.state === 'sealed';
  put(tables.attempts, attempt.runId, inOrder, undo);
  const key = attemptKey(attempt.runId, attempt.attempt);
  put(tables.unfinished, key, unfinished ? attempt : undefined, undo);
  put(tables.live, key, isLive(attempt.state) ? attempt : undefined, undo);
  put(tables.holding, key, holdsGpus(attempt) ? attempt : undefined, undo);
};
