import { queueStatements, rows } from '@runyard/core/sql';

// Where PostgreSQL says it in other words than SQLite, or looks at other marks: see `migrations/0001-initial.ts`.

const run = rows.columnsOf('r', rows.runColumns);
const attempt = rows.columnsOf('a', rows.attemptColumns);
const withAttempt = `
  LEFT JOIN instances i ON i.id = r.lease_instance
  LEFT JOIN attempts a ON a.run_id = r.id AND a.attempt = r.attempt`;

export const reads = {
  // The sizes that are queued are gone through one after the other (an index cannot skip), then the first of each are found from the
  // index alone, and only these are read with all that belongs to them.
  startable: `
    SELECT r.seq, ${run}, ${rows.jobColumns}
    FROM (
      WITH RECURSIVE sizes(size) AS (
        (SELECT q.size FROM runs q WHERE q.executor = $1 AND q.queued = 1 AND q.stop IS NULL ORDER BY q.size LIMIT 1)
        UNION ALL
        SELECT (SELECT q.size FROM runs q
          WHERE q.executor = $1 AND q.queued = 1 AND q.stop IS NULL AND q.size > s.size ORDER BY q.size LIMIT 1)
        FROM sizes s WHERE s.size IS NOT NULL
      )
      SELECT first.seq FROM sizes s CROSS JOIN LATERAL (
        SELECT q.seq FROM runs q
        WHERE q.executor = $1 AND q.size = s.size AND q.queued = 1 AND q.stop IS NULL AND q.not_before <= $2
          AND (q.policy = 'Allow' OR NOT EXISTS (
            SELECT 1 FROM runs o WHERE o.job_id = q.job_id AND o.active = 1 AND o.seq < q.seq))
        ORDER BY q.priority DESC, q.seq
        LIMIT $3
      ) first
    ) found
    JOIN runs r ON r.seq = found.seq
    JOIN jobs j ON j.id = r.job_id
    JOIN job_revisions v ON v.job_id = r.job_id AND v.revision = r.revision
    ORDER BY r.priority DESC, r.seq`,
  overdue: `
    SELECT ${run} FROM runs r
    WHERE r.queued = 1 AND r.start_by IS NOT NULL AND r.start_by <= $1
    ORDER BY r.start_by, r.seq
    LIMIT $2`,
  nextWakes: queueStatements.nextWakes.replaceAll("r.state = 'queued'", 'r.queued = 1'),
  active: `
    SELECT ${rows.columnsOf('r', rows.activeColumns)} FROM runs r
    WHERE r.job_id = ANY($1::text[]) AND r.active = 1
    ORDER BY r.seq`,
  activity: `
    SELECT g.job_id, n.active, n.running, n.stopping, e.state,
      (SELECT m.created_at FROM runs m WHERE m.seq = GREATEST(n.last, e.seq))
    FROM unnest($1::text[]) g(job_id)
    CROSS JOIN LATERAL (
      SELECT COUNT(*) AS active, COUNT(*) FILTER (WHERE r.state = 'running') AS running,
        COUNT(*) FILTER (WHERE r.state = 'stopping') AS stopping, MAX(r.seq) AS last
      FROM runs r WHERE r.job_id = g.job_id AND r.active = 1
    ) n
    LEFT JOIN LATERAL (
      SELECT l.seq, l.state FROM runs l WHERE l.job_id = g.job_id AND l.ended = 1 ORDER BY l.seq DESC LIMIT 1
    ) e ON TRUE
    WHERE EXISTS (SELECT 1 FROM runs a WHERE a.job_id = g.job_id)`,
  adoptable: `
    SELECT ${run}, i.expires_at, ${attempt} FROM runs r ${withAttempt}
    WHERE r.lease_instance IS NOT NULL AND r.lease_instance <> $1 AND r.active = 1
      AND (i.expires_at IS NULL OR i.lease_ms = 0 OR i.expires_at <= $2 OR i.expires_at > $3 + i.lease_ms
        OR r.place = $6)
      AND r.id > $4
    ORDER BY r.id
    LIMIT $5`,
  leasedTo: `
    SELECT ${run}, i.expires_at, ${attempt} FROM runs r ${withAttempt}
    WHERE r.lease_instance = $1 AND r.active = 1
    ORDER BY r.seq`,
  taken: `
    SELECT COALESCE(SUM(a.cpu), 0), COALESCE(SUM(a.memory_bytes), 0) FROM attempts a
    WHERE a.place = $1 AND a.live = 1`,
  unfinished: `
    SELECT ${attempt} FROM attempts a
    WHERE a.unfinished = 1 AND (a.ended_at, a.run_id, a.attempt) > ($2, $3, $4)
    ORDER BY a.ended_at, a.run_id, a.attempt
    LIMIT $1`,
  attemptStates: `
    SELECT a.run_id, a.attempt, a.state, r.state, r.attempt
    FROM unnest($1::text[], $2::int[]) u(run_id, attempt)
    JOIN attempts a ON a.run_id = u.run_id AND a.attempt = u.attempt
    JOIN runs r ON r.id = a.run_id`,
} as const;
