import { isTerminal, type Run, type RunState, type StopRequest } from '../../../domain/run/run.ts';
import { askedAgain, endsOnlyItsAttempt } from '../../../domain/run/stop.ts';
import { fromJson, fromRun } from '../../shared/sql/rows.ts';
import { retentionStatements as retention } from '../../shared/sql/statements/retention.ts';
import { runStatements as runs } from '../../shared/sql/statements/runs.ts';
import type { Row, Sql } from '../sql.ts';
import { type Applier, inTheWay, otherActive, textOf, unless } from './applier.ts';

export const insertRun: Applier<'run.insert'> = (sql, { run, whileActive }) => {
  const others = whileActive && otherActive(sql, run.jobId, whileActive);
  if (others) return others;
  return unless(sql.run(runs.insert, ...fromRun(run), activeMark(run.state)), () =>
    inTheWay(holderOfKey(sql, run) ?? run.id),
  );
};

export const releaseKey: Applier<'run.release-key'> = (sql, { id }) => unless(sql.run(runs.releaseKey, id));

export const adoptRun: Applier<'run.adopt'> = (sql, { id, instance, expectEpoch }) =>
  unless(sql.run(runs.adopt, id, instance, expectEpoch));

export const requestStop: Applier<'run.request-stop'> = (sql, { id, stop, epoch }) => {
  if (epoch !== undefined && sql.row(runs.epoch, id)?.[0] !== epoch) return {};
  const row = sql.row(runs.stopOfActive, id);
  const kept = row && askedAgain(stopOf(row), stop);
  if (!kept) return {};
  sql.run(runs.writeStop, id, JSON.stringify(kept));
  return null;
};

const stopOf = ([stop]: Row): StopRequest | null => fromJson<StopRequest>(stop as string | null);

export const writeRun: Applier<'run.write'> = (sql, { run, expectEpoch, expectState, retry }) => {
  const [id, , ...rest] = fromRun(run);
  rest.pop(); // `stop`, the last column
  const values = [id as string, expectEpoch, expectState, ...rest];
  const turns = isTerminal(expectState) !== isTerminal(run.state);
  const refusal = unless(
    turns ? sql.run(runs.writeAndTurn, ...values, activeMark(run.state)) : sql.run(runs.write, ...values),
  );
  if (retry && !refusal) takeAwayTimeout(sql, run.id);
  return refusal;
};

const takeAwayTimeout = (sql: Sql, id: string): void => {
  const row = sql.row(runs.stopOfActive, id);
  const stop = row && stopOf(row);
  if (stop && endsOnlyItsAttempt(stop)) sql.run(runs.writeStop, id, null);
};

export const pruneRun: Applier<'run.prune'> = (sql, { id }) => {
  if (sql.run(retention.pruneRun, id) === 0) return {};
  sql.run(retention.pruneAttempts, id);
  return null;
};

const activeMark = (state: RunState): 1 | null => (isTerminal(state) ? null : 1);

const holderOfKey = (sql: Sql, run: Run): string | undefined =>
  run.idempotencyKey === null ? undefined : textOf(sql.row(runs.idOfIdempotencyKey, run.jobId, run.idempotencyKey));
