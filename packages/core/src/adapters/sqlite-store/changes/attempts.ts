import { fromAttempt } from '../rows.ts';
import { attemptStatements as attempts } from '../statements/attempts.ts';
import { runStatements as runs } from '../statements/runs.ts';
import { type Applier, unless } from './applier.ts';

export const insertAttempt: Applier<'attempt.insert'> = (sql, { attempt }) =>
  unless(sql.run(attempts.insert, ...fromAttempt(attempt)));

export const writeAttempt: Applier<'attempt.write'> = (sql, { attempt, expectState, epoch }) => {
  if (epoch !== undefined && sql.row(runs.epoch, attempt.runId)?.[0] !== epoch) return {};
  const [runId, number, ...rest] = fromAttempt(attempt);
  return unless(sql.run(attempts.write, runId as string, number as number, expectState, ...rest));
};
