import { columnsOf, cursorColumns, jobColumns } from '../rows.ts';

const columns = columnsOf('s', cursorColumns);

export const scheduleStatements = {
  get: `SELECT ${columns} FROM schedules s WHERE s.job_id = $1`,
  put: `
    INSERT INTO schedules (${cursorColumns.join(', ')}) VALUES ($1, $2, $3)
    ON CONFLICT (job_id) DO UPDATE SET next_fire_at = excluded.next_fire_at, anchor_at = excluded.anchor_at`,
  remove: 'DELETE FROM schedules WHERE job_id = $1',
  move: 'UPDATE schedules SET next_fire_at = $3 WHERE job_id = $1 AND next_fire_at IS NOT DISTINCT FROM $2',
  due: `
    SELECT ${columns}, ${jobColumns}
    FROM schedules s
    JOIN jobs j ON j.id = s.job_id
    JOIN job_revisions v ON v.job_id = j.id AND v.revision = j.revision
    WHERE s.next_fire_at IS NOT NULL AND s.next_fire_at <= $1 AND (s.next_fire_at, s.job_id) > ($3, $4)
    ORDER BY s.next_fire_at, s.job_id
    LIMIT $2`,
  ahead: `
    SELECT ${columns}, ${jobColumns}
    FROM schedules s
    JOIN jobs j ON j.id = s.job_id
    JOIN job_revisions v ON v.job_id = j.id AND v.revision = j.revision
    WHERE s.job_id > $2 AND (s.next_fire_at IS NULL OR s.next_fire_at > $1)
    ORDER BY s.job_id
    LIMIT $3`,
} as const;
