import { allFitBeside, type HeldGpu, heldAt } from '../../../domain/gpu/gpu-lease.ts';
import { fits } from '../../../domain/run/resources.ts';
import type { Resources } from '../../../domain/run/run.ts';
import { fromAttempt, toHeldGpus } from '../../shared/sql/rows.ts';
import { attemptStatements as attempts } from '../../shared/sql/statements/attempts.ts';
import { runStatements as runs } from '../../shared/sql/statements/runs.ts';
import type { Sql } from '../sql.ts';
import { type Applier, unless } from './applier.ts';

export const insertAttempt: Applier<'attempt.insert'> = (sql, { attempt, within }) => {
  if (within && !fits(attempt.takes, takenAt(sql, attempt.place), within)) return {};
  if (attempt.gpus.length > 0 && !allFitBeside(attempt.gpus, heldAt(attempt.place, allHeld(sql)))) return {};
  return unless(sql.run(attempts.insert, ...fromAttempt(attempt)));
};

const takenAt = (sql: Sql, place: string): Resources => {
  const [cpu, memoryBytes] = sql.row(attempts.taken, place) as [number, number];
  return { cpu, memoryBytes };
};

const allHeld = (sql: Sql): HeldGpu[] => sql.rows(attempts.holding).flatMap(toHeldGpus);

export const writeAttempt: Applier<'attempt.write'> = (sql, { attempt, expectState, epoch }) => {
  if (epoch !== undefined && sql.row(runs.epoch, attempt.runId)?.[0] !== epoch) return {};
  const [runId, number, ...rest] = fromAttempt(attempt);
  return unless(sql.run(attempts.write, runId as string, number as number, expectState, ...rest));
};
