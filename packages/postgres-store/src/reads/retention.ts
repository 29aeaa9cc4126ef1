import type { JobSpec, Remains, RemainsQuery, RetainedJob } from '@runyard/core';
import { retentionStatements, toEnded } from '@runyard/core/sql';
import type { Sql } from '../database/database.ts';

// Taken apart here: PostgreSQL's own JSON refuses texts that ours hold, such as half an emoji in a description.
const selectRetained = `
  SELECT j.id, v.spec, j.removed_at
  FROM jobs j JOIN job_revisions v ON v.job_id = j.id AND v.revision = j.revision
  WHERE j.id > $1
  ORDER BY j.id
  LIMIT $2`;

export const retained = async (sql: Sql, after: string | null, limit: number): Promise<RetainedJob[]> =>
  (await sql.rows(selectRetained, after ?? '', limit)).map(([id, spec, removedAt]) => ({
    id: id as string,
    retention: (JSON.parse(spec as string) as JobSpec).retention,
    removedAt: removedAt as number | null,
  }));

// The marks that the indexes look at: see `migrations/0001-initial.ts`.
const marked = (text: string): string =>
  text
    .replaceAll("e.state IN ('succeeded', 'failed', 'cancelled')", 'e.ended = 1')
    .replaceAll("e.state = 'skipped'", "e.unsuccessful = 'skipped'");

const keptFrom = marked(retentionStatements.keptFrom);
const ended = marked(retentionStatements.ended);

export const remains = async (sql: Sql, { jobId, keep, after, limit }: RemainsQuery): Promise<Remains> => {
  const [kept, runs, rows, cursor] = await Promise.all([
    sql.row(keptFrom, jobId, keep),
    sql.rows(ended, jobId, after ?? 0, limit),
    sql.rows(retentionStatements.rows, jobId, limit),
    sql.row(retentionStatements.nextFireAt, jobId),
  ]);
  return {
    keptFrom: (kept?.[0] as number | undefined) ?? null,
    runs: toEnded(runs),
    rows: rows.map(([from, to]) => ({ from: from as number, to: to as number })),
    nextFireAt: (cursor?.[0] as number | null | undefined) ?? null,
  };
};
