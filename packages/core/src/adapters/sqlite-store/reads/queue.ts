import type { StartableQuery } from '../../../ports/store.ts';
import { runColumns, toJob, toRun } from '../../shared/sql/rows.ts';
import { queueStatements as queue } from '../../shared/sql/statements/queue.ts';
import type { Row, Sql } from '../sql.ts';
import { each, read } from './read.ts';

export const startable = read(
  (sql, { executor, now, limit }: StartableQuery) =>
    sizesQueued(sql, executor).flatMap((size) => sql.rows(queue.startable, executor, now, limit, size)),
  (rows: Row[]) =>
    rows
      .map(([seq, ...row]) => ({ seq: seq as number, run: toRun(row), job: toJob(row.slice(runColumns.length)) }))
      .sort((a, b) => b.run.priority - a.run.priority || a.seq - b.seq),
);

const sizesQueued = (sql: Sql, executor: string): string[] => {
  const sizes: string[] = [];
  for (let size = nextSize(sql, executor, ''); size != null; size = nextSize(sql, executor, size)) sizes.push(size);
  return sizes;
};

const nextSize = (sql: Sql, executor: string, behind: string): string | null =>
  sql.row(queue.nextSize, executor, behind)?.[0] as string | null;

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
