import { columnsOf, occurrenceColumns } from '../rows.ts';

// Rows of a job never overlap, so of those that begin before the range only the last one can reach into it.
const touching = (order: string): string => `
  SELECT ${columnsOf('o', occurrenceColumns)} FROM occurrences o
  WHERE o.job_id = $1 AND o.from_at <= $3 AND o.to_at >= $2
    AND o.from_at >= COALESCE((SELECT MAX(p.from_at) FROM occurrences p WHERE p.job_id = $1 AND p.from_at <= $2), $2)
  ORDER BY ${order}
  LIMIT $4`;

export const occurrenceStatements = {
  insert: `
    INSERT INTO occurrences (${occurrenceColumns.join(', ')}) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT DO NOTHING`,
  before: `
    SELECT ${columnsOf('o', occurrenceColumns)} FROM occurrences o
    WHERE o.job_id = $1 AND o.from_at <= $2
    ORDER BY o.from_at DESC
    LIMIT 1`,
  extend: 'UPDATE occurrences SET to_at = $3, count = $4, recorded_at = $5 WHERE job_id = $1 AND from_at = $2',
  keep: 'UPDATE occurrences SET to_at = $3, count = $4 WHERE job_id = $1 AND from_at = $2 AND run_id IS NULL',
  remove: 'DELETE FROM occurrences WHERE job_id = $1 AND from_at = $2 AND run_id IS NULL',
  touching: touching('o.from_at'),
  touchingLatest: touching('o.from_at DESC'),
} as const;
