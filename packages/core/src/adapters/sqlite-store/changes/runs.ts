import { isTerminal, type Run, type RunState } from '../../../domain/run/run.ts';
import { fromRun } from '../rows.ts';
import type { Sql } from '../sql.ts';
import { runStatements as runs } from '../statements/runs.ts';
import { type Applier, inTheWay, type Refusal, textOf, unless } from './applier.ts';

export const insertRun: Applier<'run.insert'> = (sql, { run, whileActive }) => {
  const others = whileActive && otherActive(sql, run.jobId, whileActive);
  if (others) return others;
  return unless(sql.run(runs.insert, ...fromRun(run), activeMark(run.state)), () =>
    inTheWay(holderOfKey(sql, run) ?? run.id),
  );
};

export const releaseKey: Applier<'run.release-key'> = (sql, { id }) => unless(sql.run(runs.releaseKey, id));

export const requestStop: Applier<'run.request-stop'> = (sql, { id, stop }) =>
  unless(sql.run(runs.requestStop, id, JSON.stringify(stop)));

export const writeRun: Applier<'run.write'> = (sql, { run, expectEpoch, expectState }) => {
  const [id, , ...rest] = fromRun(run);
  rest.pop(); // `stop`, the last column
  const values = [id as string, expectEpoch, expectState, ...rest];
  const turns = isTerminal(expectState) !== isTerminal(run.state);
  return unless(turns ? sql.run(runs.writeAndTurn, ...values, activeMark(run.state)) : sql.run(runs.write, ...values));
};

const activeMark = (state: RunState): 1 | null => (isTerminal(state) ? null : 1);

// Null when the job's active runs are exactly the expected ones.
const otherActive = (sql: Sql, jobId: string, expected: readonly string[]): Refusal | null => {
  const active = sql.rows(runs.activeIds, jobId).map(([id]) => id as string);
  const unexpected = active.find((id) => !expected.includes(id));
  if (unexpected !== undefined) return { id: unexpected };
  return active.length === new Set(expected).size ? null : {};
};

const holderOfKey = (sql: Sql, run: Run): string | undefined =>
  run.idempotencyKey === null ? undefined : textOf(sql.row(runs.idOfIdempotencyKey, run.jobId, run.idempotencyKey));
