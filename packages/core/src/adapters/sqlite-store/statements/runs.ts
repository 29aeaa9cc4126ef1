import { activeColumns, columnsOf, jobColumns, runColumns } from '../rows.ts';
import { isActive } from './active.ts';

const columns = columnsOf('r', runColumns);
const idsOf = '(SELECT value FROM json_each($1))';

// All but the request to stop, which is never the lease holder's to write; and a run never changes its job.
const written = `
  revision = $4, state = $5, reason = $6, sentence = $7, trigger_kind = $8, requested_by = $9, priority = $10,
  executor = $11, place = $12, overrides = $13, idempotency_key = $14, created_at = $15, due_at = $16, not_before = $17,
  attempt = $18, failures = $19, infrastructure_failures = $20, started_at = $21, ended_at = $22, commits = $23,
  lease_instance = $24, lease_epoch = $25`;
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
  writeAndTurn: `UPDATE runs SET ${written}, active = $26 WHERE ${fence}`,
  requestStop: `UPDATE runs AS r SET stop = $2 WHERE r.id = $1 AND r.stop IS NULL AND ${isActive('r')}`,
  epoch: 'SELECT lease_epoch FROM runs WHERE id = $1',
  activeIds: `SELECT r.id FROM runs r WHERE r.job_id = $1 AND ${isActive('r')} ORDER BY r.seq`,
  anyActive: `SELECT r.id FROM runs r WHERE r.job_id = $1 AND ${isActive('r')} ORDER BY r.seq LIMIT 1`,
  active: `
    SELECT ${columnsOf('r', activeColumns)} FROM runs r
    WHERE r.job_id IN ${idsOf} AND ${isActive('r')}
    ORDER BY r.seq`,
  activeCounts: `
    SELECT r.job_id, COUNT(*) FROM runs r WHERE r.job_id IN ${idsOf} AND ${isActive('r')} GROUP BY r.job_id`,
  queued: `
    SELECT ${columns}, ${jobColumns}
    FROM runs r
    JOIN jobs j ON j.id = r.job_id
    JOIN job_revisions v ON v.job_id = r.job_id AND v.revision = r.revision
    WHERE r.state = 'queued'
    ORDER BY r.priority DESC, r.seq
    LIMIT $1`,
  stopRequests: `
    SELECT r.id, r.stop FROM runs r
    WHERE r.stop IS NOT NULL AND ${isActive('r')} AND (r.lease_instance = $1 OR r.lease_instance IS NULL)
    ORDER BY r.seq`,
  // `+` keeps SQLite from walking all runs by seq: it then goes through the few that are leased.
  adoptable: `
    SELECT ${columns} FROM runs r
    LEFT JOIN instances i ON i.id = r.lease_instance
    WHERE r.lease_instance IS NOT NULL AND r.lease_instance <> $1 AND ${isActive('r')}
      AND (i.expires_at IS NULL OR i.expires_at <= $2)
    ORDER BY +r.seq
    LIMIT $3`,
} as const;
