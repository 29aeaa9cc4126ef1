// All runs of a job that have ended, from two partial indexes, each in the order of `seq`.
const ended = (behind: string): string => `
      SELECT e.seq FROM runs e WHERE e.job_id = $1 AND e.state IN ('succeeded', 'failed', 'cancelled')${behind}
      UNION ALL
      SELECT e.seq FROM runs e WHERE e.job_id = $1 AND e.state = 'skipped'${behind}`;

export const retentionStatements = {
  keptFrom: `
    SELECT seq FROM (${ended('')}
    ) found
    ORDER BY seq DESC
    LIMIT 1 OFFSET $2 - 1`,
  /** A row for each attempt, and one for a run that has none. */
  ended: `
    SELECT r.seq, r.id, r.created_at, r.ended_at, r.idempotency_key, a.attempt, a.state
    FROM (
      SELECT seq FROM (${ended(' AND e.seq > $2')}
      ) each_ended
      ORDER BY seq
      LIMIT $3
    ) found
    CROSS JOIN runs r
    LEFT JOIN attempts a ON a.run_id = r.id
    WHERE r.seq = found.seq
    ORDER BY found.seq, a.attempt`,
  rows: 'SELECT o.from_at, o.to_at FROM occurrences o WHERE o.job_id = $1 ORDER BY o.from_at LIMIT $2',
  nextFireAt: 'SELECT s.next_fire_at FROM schedules s WHERE s.job_id = $1',
  pruneRun: `
    DELETE FROM runs WHERE id = $1 AND active IS NULL
      AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.run_id = $1 AND a.state <> 'disposed')`,
  pruneAttempts: 'DELETE FROM attempts WHERE run_id = $1',
  pruneRows: `
    DELETE FROM occurrences
    WHERE job_id = $1 AND from_at < $2 AND to_at < $2
      AND from_at < (SELECT MAX(o.from_at) FROM occurrences o WHERE o.job_id = $1)`,
  forgetJob: `
    DELETE FROM jobs
    WHERE id = $1 AND removed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.job_id = $1)`,
  forgetRevisions: 'DELETE FROM job_revisions WHERE job_id = $1',
  forgetRows: 'DELETE FROM occurrences WHERE job_id = $1',
} as const;
