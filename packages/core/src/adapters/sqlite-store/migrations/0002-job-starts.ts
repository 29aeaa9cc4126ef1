/**
 * When each job was last started, apart from the job: every firing writes it, in the order of the ids, and would
 * otherwise write a page of the table of jobs for each.
 */
export const jobStarts = `
CREATE TABLE job_starts (
  job_id TEXT PRIMARY KEY,
  at INTEGER
) WITHOUT ROWID;
INSERT INTO job_starts (job_id, at) SELECT id, last_started_at FROM jobs;
ALTER TABLE jobs DROP COLUMN last_started_at;
`;
