import type { Run } from '../../domain/run/run.ts';
import type { QueuedRun, StartableQuery } from '../../ports/store.ts';
import { copy } from './copy.ts';
import { jobAt } from './engine-reads.ts';
import type { RunRow, Tables } from './tables.ts';

export const startable = (tables: Tables, { executor, now, limit }: StartableQuery): QueuedRun[] => {
  const oldest = oldestActive(tables);
  const ofSize = new Map<string, number>();
  return queuedRows(tables)
    .filter(({ run }) => run.executor === executor && run.notBefore <= now && run.stop === null)
    .filter(({ seq, run }) => run.concurrencyPolicy === 'Allow' || oldest(run.jobId) === seq)
    .sort((a, b) => b.run.priority - a.run.priority || a.seq - b.seq)
    .filter(({ run: { size } }) => {
      const number = (ofSize.get(size) ?? 0) + 1;
      ofSize.set(size, number);
      return number <= limit;
    })
    .flatMap(({ seq, run }) => {
      const job = jobAt(tables, run.jobId, run.revision);
      return job ? [{ seq, run: copy(run), job }] : [];
    });
};

export const overdue = (tables: Tables, now: number, limit: number): Run[] =>
  queuedRows(tables)
    .flatMap(({ seq, run }) => (run.startBy !== null && run.startBy <= now ? [{ seq, run, by: run.startBy }] : []))
    .sort((a, b) => a.by - b.by || a.seq - b.seq)
    .slice(0, limit)
    .map(({ run }) => copy(run));

export const nextWakeAt = (tables: Tables, now: number): number | null => {
  let earliest = Number.POSITIVE_INFINITY;
  for (const { nextFireAt } of tables.cursors.values())
    if (nextFireAt !== null) earliest = Math.min(earliest, Math.max(nextFireAt, now));
  for (const { run } of queuedRows(tables))
    for (const at of [run.notBefore, run.startBy]) if (at !== null && at > now) earliest = Math.min(earliest, at);
  return earliest === Number.POSITIVE_INFINITY ? null : earliest;
};

const queuedRows = (tables: Tables): RunRow[] => [...tables.queued].flatMap((id) => tables.runs.get(id) ?? []);

// The number of a job's oldest active run; each job is looked through once.
const oldestActive = (tables: Tables): ((jobId: string) => number) => {
  const known = new Map<string, number>();
  return (jobId) => {
    const before = known.get(jobId);
    if (before !== undefined) return before;
    let oldest = Number.POSITIVE_INFINITY;
    for (const id of tables.active.get(jobId) ?? []) oldest = Math.min(oldest, tables.runs.get(id)?.seq ?? oldest);
    known.set(jobId, oldest);
    return oldest;
  };
};
