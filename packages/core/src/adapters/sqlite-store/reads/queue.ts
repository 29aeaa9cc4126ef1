import type { StartableQuery } from '../../../ports/store.ts';
import { runColumns, toJob, toRun } from '../rows.ts';
import { queueStatements as queue } from '../statements/queue.ts';
import { each, read } from './read.ts';

export const startable = read(
  (sql, { executor, now, limit }: StartableQuery) => sql.rows(queue.startable, executor, now, limit),
  each((row) => ({ run: toRun(row), job: toJob(row.slice(runColumns.length)) })),
);

export const overdue = read((sql, now: number, limit: number) => sql.rows(queue.overdue, now, limit), each(toRun));

export const nextWakeAt = read(
  (sql, now: number) => {
    const [fire, notBefore, startBy] = sql.row(queue.nextWakes, now) as (number | null)[];
    return [fire == null ? null : Math.max(fire, now), notBefore, startBy];
  },
  (instants): number | null => instants.reduce<number | null>(earlier, null),
);

const earlier = (a: number | null, b: number | null | undefined): number | null =>
  a === null || b == null ? (a ?? b ?? null) : Math.min(a, b);
