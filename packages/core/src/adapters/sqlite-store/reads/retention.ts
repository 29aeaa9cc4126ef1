import type { Retention } from '../../../domain/job/job.ts';
import type { Remains } from '../../../domain/retention.ts';
import type { RemainsQuery, RetainedJob } from '../../../ports/store.ts';
import { toEnded } from '../../shared/sql/ended.ts';
import { retentionStatements as retention } from '../../shared/sql/statements/retention.ts';
import type { Row } from '../sql.ts';
import { each, read } from './read.ts';

const selectRetained = `
  SELECT j.id, json_extract(v.spec, '$.retention'), j.removed_at
  FROM jobs j JOIN job_revisions v ON v.job_id = j.id AND v.revision = j.revision
  WHERE j.id > $1
  ORDER BY j.id
  LIMIT $2`;

export const retained = read(
  (sql, after: string | null, limit: number) => sql.rows(selectRetained, after ?? '', limit),
  each(
    ([id, spec, removedAt]): RetainedJob => ({
      id: id as string,
      retention: JSON.parse(spec as string) as Retention,
      removedAt: removedAt as number | null,
    }),
  ),
);

interface RemainsWire {
  keptFrom: Row | undefined;
  runs: Row[];
  rows: Row[];
  cursor: Row | undefined;
}

export const remains = read(
  (sql, { jobId, keep, after, limit }: RemainsQuery): RemainsWire => ({
    keptFrom: sql.row(retention.keptFrom, jobId, keep),
    runs: sql.rows(retention.ended, jobId, after ?? 0, limit),
    rows: sql.rows(retention.rows, jobId, limit),
    cursor: sql.row(retention.nextFireAt, jobId),
  }),
  ({ keptFrom, runs, rows, cursor }: RemainsWire): Remains => ({
    keptFrom: (keptFrom?.[0] as number | undefined) ?? null,
    runs: toEnded(runs),
    rows: rows.map(([from, to]) => ({ from: from as number, to: to as number })),
    nextFireAt: (cursor?.[0] as number | null | undefined) ?? null,
  }),
);
