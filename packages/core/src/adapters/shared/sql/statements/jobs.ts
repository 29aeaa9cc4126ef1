import { jobColumns } from '../rows.ts';

const current = `SELECT ${jobColumns} FROM jobs j JOIN job_revisions v ON v.job_id = j.id AND v.revision = j.revision`;

export const jobStatements = {
  byId: `${current} WHERE j.id = $1 AND j.removed_at IS NULL`,
  byName: `${current} WHERE j.owner = $1 AND j.name = $2 AND j.removed_at IS NULL`,
  byRevision: `
    SELECT ${jobColumns} FROM jobs j JOIN job_revisions v ON v.job_id = j.id
    WHERE j.id = $1 AND v.revision = $2`,
  idOfName: 'SELECT id FROM jobs WHERE owner = $1 AND name = $2 AND removed_at IS NULL',
  revision: 'SELECT revision FROM jobs WHERE id = $1 AND removed_at IS NULL',
  insert: `
    INSERT INTO jobs (id, owner, name, name_folded, revision, tags, applied, pause, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT DO NOTHING`,
  update: `
    UPDATE jobs SET owner = $2, name = $3, name_folded = $4, revision = $5, tags = $6, applied = $7, pause = $8,
      created_at = $9, updated_at = $10
    WHERE id = $1`,
  putRevision: `
    INSERT INTO job_revisions (job_id, revision, spec) VALUES ($1, $2, $3)
    ON CONFLICT (job_id, revision) DO UPDATE SET spec = excluded.spec`,
  remove: 'UPDATE jobs SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL',
} as const;
