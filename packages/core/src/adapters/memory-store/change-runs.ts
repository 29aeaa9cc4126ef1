import { askedAgain, endsOnlyItsAttempt } from '../../domain/run/stop.ts';
import { type Applier, otherActive } from './applier.ts';
import { copy } from './copy.ts';
import { putRun } from './put-run.ts';
import { isActive, pair } from './tables.ts';
import { put } from './undo.ts';

export const insertRun: Applier<'run.insert'> = (tables, { run, whileActive }, undo) => {
  const others = whileActive && otherActive(tables, run.jobId, whileActive);
  if (others) return others;
  const sameKey = run.idempotencyKey === null ? undefined : tables.keys.get(pair(run.jobId, run.idempotencyKey));
  if (sameKey !== undefined) return { id: sameKey };
  if (tables.runs.has(run.id)) return { id: run.id };
  putRun(tables, run.id, { seq: ++tables.lastSeq, run: copy(run) }, undo);
  return null;
};

export const releaseKey: Applier<'run.release-key'> = (tables, { id }, undo) => {
  const row = tables.runs.get(id);
  if (!row || row.run.idempotencyKey === null) return {};
  putRun(tables, id, { ...row, run: { ...row.run, idempotencyKey: null } }, undo);
  return null;
};

export const adoptRun: Applier<'run.adopt'> = (tables, { id, instance, expectEpoch }, undo) => {
  const row = tables.runs.get(id);
  if (!row || !isActive(row.run) || row.run.state === 'queued' || row.run.leaseEpoch !== expectEpoch) return {};
  putRun(tables, id, { ...row, run: { ...row.run, leaseInstance: instance, leaseEpoch: expectEpoch + 1 } }, undo);
  return null;
};

export const requestStop: Applier<'run.request-stop'> = (tables, { id, stop, epoch }, undo) => {
  const row = tables.runs.get(id);
  if (epoch !== undefined && row?.run.leaseEpoch !== epoch) return {};
  const kept = row && isActive(row.run) ? askedAgain(row.run.stop, stop) : null;
  if (!row || kept === null) return {};
  putRun(tables, id, { ...row, run: { ...row.run, stop: copy(kept) } }, undo);
  return null;
};

export const writeRun: Applier<'run.write'> = (tables, { run, expectEpoch, expectState, retry }, undo) => {
  const row = tables.runs.get(run.id);
  if (!row || row.run.leaseEpoch !== expectEpoch || row.run.state !== expectState) return {};
  const { jobId, stop } = row.run;
  const written = { ...copy(run), jobId, stop: retry && stop && endsOnlyItsAttempt(stop) ? null : stop };
  putRun(tables, run.id, { ...row, run: written }, undo);
  return null;
};

export const pruneRun: Applier<'run.prune'> = (tables, { id }, undo) => {
  const row = tables.runs.get(id);
  if (!row || isActive(row.run)) return {};
  if (tables.attempts.get(id)?.some(({ state }) => state !== 'disposed')) return {};
  putRun(tables, id, undefined, undo);
  put(tables.attempts, id, undefined, undo);
  return null;
};
