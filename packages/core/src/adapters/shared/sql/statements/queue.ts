import { columnsOf, jobColumns, runColumns } from '../rows.ts';
import { isActive } from './active.ts';

const columns = columnsOf('r', runColumns);

export const queueStatements = {
  /** The sizes that queued runs of an executor ask for, one after the other. */
  nextSize: `
    SELECT MIN(q.size) FROM runs q
    WHERE q.executor = $1 AND q.state = 'queued' AND q.stop IS NULL AND q.size > $2`,
  // First which, from the index alone; then only these with all that belongs to them.
  startable: `
    SELECT r.seq, ${columns}, ${jobColumns}
    FROM (
      SELECT q.seq FROM runs q
      WHERE q.executor = $1 AND q.size = $4 AND q.state = 'queued' AND q.stop IS NULL AND q.not_before <= $2
        AND (q.policy = 'Allow' OR NOT EXISTS (
          SELECT 1 FROM runs o WHERE o.job_id = q.job_id AND ${isActive('o')} AND o.seq < q.seq))
      ORDER BY q.priority DESC, q.seq
      LIMIT $3
    ) found
    CROSS JOIN runs r
    CROSS JOIN jobs j
    CROSS JOIN job_revisions v
    WHERE r.seq = found.seq AND j.id = r.job_id AND v.job_id = r.job_id AND v.revision = r.revision
    ORDER BY r.priority DESC, r.seq`,
  overdue: `
    SELECT ${columns} FROM runs r
    WHERE r.state = 'queued' AND r.start_by IS NOT NULL AND r.start_by <= $1
    ORDER BY r.start_by, r.seq
    LIMIT $2`,
  nextWakes: `
    SELECT
      (SELECT MIN(s.next_fire_at) FROM schedules s WHERE s.next_fire_at IS NOT NULL),
      (SELECT MIN(r.not_before) FROM runs r WHERE r.state = 'queued' AND r.not_before > $1),
      (SELECT MIN(r.start_by) FROM runs r WHERE r.state = 'queued' AND r.start_by IS NOT NULL AND r.start_by > $1)`,
} as const;
