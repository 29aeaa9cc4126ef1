import { activeColumns, columnsOf, runColumns } from '../rows.ts';
import { isActive } from './active.ts';

const columns = columnsOf('r', runColumns);
const idsOf = '(SELECT value FROM json_each($1))';

// All but the request to stop and the key, which are never the lease holder's to write; and a run never changes its job.
const written = runColumns
  .slice(2, -2)
  .map((column, index) => `${column} = $${index + 4}`)
  .join(', ');
const fence = 'id = $1 AND lease_epoch = $2 AND state = $3';

export const runStatements = {
  byId: `SELECT ${columns} FROM runs r WHERE r.id = $1`,
  insert: `
    INSERT INTO runs (${runColumns.join(', ')}, active)
    VALUES (${[...runColumns, 'active'].map((_, index) => `$${index + 1}`).join(', ')})
    ON CONFLICT DO NOTHING`,
  idOfIdempotencyKey: 'SELECT id FROM runs WHERE job_id = $1 AND idempotency_key = $2',
  /** From an active state to an active one, or from an end to an end. */
  write: `UPDATE runs SET ${written} WHERE ${fence}`,
  /** As above, with whether it is active from now on. */
  writeAndTurn: `UPDATE runs SET ${written}, active = $${runColumns.length + 1} WHERE ${fence}`,
  stopOfActive: `SELECT r.stop FROM runs r WHERE r.id = $1 AND ${isActive('r')}`,
  writeStop: 'UPDATE runs SET stop = $2 WHERE id = $1',
  adopt: `
    UPDATE runs SET lease_instance = $2, lease_epoch = lease_epoch + 1
    WHERE id = $1 AND lease_epoch = $3 AND active = 1 AND state <> 'queued'`,
  releaseKey: 'UPDATE runs SET idempotency_key = NULL WHERE id = $1 AND idempotency_key IS NOT NULL',
  epoch: 'SELECT lease_epoch FROM runs WHERE id = $1',
  activeIds: `SELECT r.id FROM runs r WHERE r.job_id = $1 AND ${isActive('r')} ORDER BY r.seq`,
  active: `
    SELECT ${columnsOf('r', activeColumns)} FROM runs r
    WHERE r.job_id IN ${idsOf} AND ${isActive('r')}
    ORDER BY r.seq`,
  activity: `
    SELECT json_each.value, COUNT(r.seq), COUNT(CASE r.state WHEN 'running' THEN 1 END),
      COUNT(CASE r.state WHEN 'stopping' THEN 1 END),
      (SELECT e.state FROM runs e
        WHERE e.job_id = json_each.value AND e.state IN ('succeeded', 'failed', 'cancelled')
        ORDER BY e.seq DESC LIMIT 1),
      (SELECT n.created_at FROM runs n WHERE n.seq = MAX(
        COALESCE((SELECT MAX(a.seq) FROM runs a WHERE a.job_id = json_each.value AND ${isActive('a')}), 0),
        COALESCE((SELECT MAX(e.seq) FROM runs e
          WHERE e.job_id = json_each.value AND e.state IN ('succeeded', 'failed', 'cancelled')), 0)))
    FROM json_each($1)
    LEFT JOIN runs r ON r.job_id = json_each.value AND ${isActive('r')}
    WHERE EXISTS (SELECT 1 FROM runs a WHERE a.job_id = json_each.value)
    GROUP BY json_each.value`,
  activeCounts: `
    SELECT r.executor, r.state, COUNT(*), MIN(r.created_at) FROM runs r
    WHERE ${isActive('r')}
    GROUP BY r.executor, r.state
    ORDER BY r.executor, r.state`,
  stopRequests: `
    SELECT r.id, r.stop FROM runs r
    WHERE r.stop IS NOT NULL AND ${isActive('r')} AND (r.lease_instance = $1 OR r.lease_instance IS NULL)
    ORDER BY r.seq`,
  // `+` keeps SQLite from walking all runs by id: it then goes through the few that are leased.
  adoptable: `
    SELECT ${columns}, i.expires_at FROM runs r
    LEFT JOIN instances i ON i.id = r.lease_instance
    WHERE r.lease_instance IS NOT NULL AND r.lease_instance <> $1 AND ${isActive('r')}
      AND (i.expires_at IS NULL OR i.lease_ms = 0 OR i.expires_at <= $2 OR i.expires_at > $3 + i.lease_ms
        OR r.place = $6)
      AND +r.id > $4
    ORDER BY +r.id
    LIMIT $5`,
  leasedTo: `
    SELECT ${columns}, i.expires_at FROM runs r
    LEFT JOIN instances i ON i.id = r.lease_instance
    WHERE r.lease_instance = $1 AND ${isActive('r')}
    ORDER BY +r.seq`,
} as const;
