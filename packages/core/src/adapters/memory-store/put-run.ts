import type { Run } from '../../domain/run/run.ts';
import { isActive, pair, type RunRow, type Tables, under } from './tables.ts';
import type { Undo } from './undo.ts';

/** Puts the run in the place of what has its id, in every index; undefined removes it. */
export const putRun = (tables: Tables, id: string, row: RunRow | undefined, undo: Undo): void => {
  const before = tables.runs.get(id);
  replace(tables, id, before, row);
  undo.push(() => replace(tables, id, row, before));
};

const replace = (tables: Tables, id: string, before: RunRow | undefined, after: RunRow | undefined): void => {
  if (before) unindex(tables, before.run);
  if (after) tables.runs.set(id, after);
  else tables.runs.delete(id);
  if (after) index(tables, after.run);
  if (!before && after) enlist(tables, after);
  if (before && !after) strikeOut(tables, before.run);
};

// Nearly always the newest; one that was taken away and is put back goes where it was.
const enlist = (tables: Tables, { seq, run }: RunRow): void => {
  const ids = under(tables.runsOfJob, run.jobId, () => []);
  let at = ids.length;
  while (at > 0 && (tables.runs.get(ids[at - 1] ?? '')?.seq ?? 0) > seq) at--;
  ids.splice(at, 0, run.id);
};

const strikeOut = (tables: Tables, { id, jobId }: Run): void => {
  const ids = tables.runsOfJob.get(jobId) ?? [];
  ids.splice(ids.at(-1) === id ? ids.length - 1 : ids.indexOf(id), 1);
  if (ids.length === 0) tables.runsOfJob.delete(jobId);
};

const index = (tables: Tables, run: Run): void => {
  if (isActive(run)) under(tables.active, run.jobId, () => new Set()).add(run.id);
  if (run.state === 'queued') tables.queued.add(run.id);
  if (run.idempotencyKey !== null) tables.keys.set(pair(run.jobId, run.idempotencyKey), run.id);
};

const unindex = (tables: Tables, run: Run): void => {
  const active = tables.active.get(run.jobId);
  active?.delete(run.id);
  if (active?.size === 0) tables.active.delete(run.jobId);
  tables.queued.delete(run.id);
  if (run.idempotencyKey !== null) tables.keys.delete(pair(run.jobId, run.idempotencyKey));
};
