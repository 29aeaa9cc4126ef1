import type { EndedRun, Remains } from '../../domain/retention.ts';
import type { RemainsQuery, RetainedJob } from '../../ports/store.ts';
import { copy } from './copy.ts';
import { isActive, type RunRow, type Tables } from './tables.ts';

export const retained = (tables: Tables, after: string | null, limit: number): RetainedJob[] =>
  [...tables.jobs.values()]
    .filter(({ job: { id } }) => after === null || id > after)
    .sort((a, b) => (a.job.id < b.job.id ? -1 : 1))
    .slice(0, limit)
    .map(({ job: { id, spec }, removedAt }) => ({ id, retention: copy(spec.retention), removedAt }));

export const remains = (tables: Tables, { jobId, keep, after, limit }: RemainsQuery): Remains => {
  const ids = tables.runsOfJob.get(jobId) ?? [];
  const rows = [...(tables.occurrences.get(jobId)?.values() ?? [])].sort((a, b) => a.from - b.from);
  return {
    keptFrom: nthEnded(tables, ids.toReversed(), { n: keep, after: null }).at(keep - 1)?.seq ?? null,
    runs: nthEnded(tables, ids, { n: limit, after }).map((row) => toEnded(tables, row)),
    rows: rows.slice(0, limit).map(({ from, to }) => ({ from, to })),
    nextFireAt: tables.cursors.get(jobId)?.nextFireAt ?? null,
  };
};

const nthEnded = (
  tables: Tables,
  ids: readonly string[],
  { n, after }: { n: number; after: number | null },
): RunRow[] => {
  const found: RunRow[] = [];
  for (const id of ids) {
    if (found.length === n) break;
    const row = tables.runs.get(id);
    if (row && !isActive(row.run) && (after === null || row.seq > after)) found.push(row);
  }
  return found;
};

const toEnded = (tables: Tables, { seq, run }: RunRow): EndedRun => ({
  seq,
  id: run.id,
  createdAt: run.createdAt,
  endedAt: run.endedAt,
  idempotencyKey: run.idempotencyKey,
  attempts: (tables.attempts.get(run.id) ?? []).map(({ attempt, state }) => ({ attempt, state })),
});
