import { isActive } from './statements/active.ts';

/** What holds in every store, whatever was in between; or, with `todo`, unless a host was killed in between. */
export interface StorePromise {
  /** What is not so, where rows come back. */
  broken: string;
  /** Finds the rows that break it, each as one text. Reads whole tables. */
  sql: string;
  /** It does no harm: what may be done about it. */
  todo?: string;
}

/** The most rows that are told of one broken promise. */
export const mostExamples = 5;

const limit = `LIMIT ${mostExamples}`;

export const storePromises: readonly StorePromise[] = [
  {
    broken: 'active runs whose current attempt is not there',
    sql: `
      SELECT r.id || '.' || r.attempt FROM runs r
      WHERE ${isActive('r')} AND r.state <> 'queued' AND NOT EXISTS (
        SELECT 1 FROM attempts a WHERE a.run_id = r.id AND a.attempt = r.attempt) ${limit}`,
  },
  {
    broken: 'attempts of runs that are not there',
    sql: `
      SELECT a.run_id || '.' || a.attempt FROM attempts a
      WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.id = a.run_id) ${limit}`,
  },
  {
    broken: 'attempts that have not ended, of runs that have, or that are at a later one',
    sql: `
      SELECT a.run_id || '.' || a.attempt FROM attempts a JOIN runs r ON r.id = a.run_id
      WHERE a.state IN ('preparing', 'prepared', 'started') AND (r.active IS NULL OR r.attempt <> a.attempt) ${limit}`,
  },
  {
    broken: 'runs whose state and whose mark of being active disagree',
    sql: `
      SELECT r.id FROM runs r
      WHERE (CASE WHEN r.state IN ('queued', 'starting', 'running', 'stopping') THEN 1 ELSE 0 END)
        <> COALESCE(r.active, 0) ${limit}`,
  },
  {
    broken: 'active runs of a job, or of a revision of it, that is not there',
    sql: `
      SELECT r.id FROM runs r
      WHERE ${isActive('r')} AND NOT EXISTS (
        SELECT 1 FROM job_revisions v WHERE v.job_id = r.job_id AND v.revision = r.revision) ${limit}`,
  },
  {
    broken: 'rows of the ledger that overlap',
    sql: `
      SELECT job_id || ' at ' || from_at FROM (
        SELECT job_id, from_at, MAX(to_at) OVER (
          PARTITION BY job_id ORDER BY from_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_to
        FROM occurrences) o
      WHERE o.before_to >= o.from_at ${limit}`,
  },
  {
    broken: 'schedules of jobs that are not there',
    sql: `
      SELECT s.job_id FROM schedules s
      WHERE NOT EXISTS (SELECT 1 FROM jobs j WHERE j.id = s.job_id AND j.removed_at IS NULL) ${limit}`,
  },
];

/** Of stores that know documents. */
export const documentPromises: readonly StorePromise[] = [
  {
    broken: 'memberships in groups that are not there',
    sql: `
      SELECT m.owner || ' of user ' || m.name FROM documents m
      WHERE m.kind = 'member' AND NOT EXISTS (
        SELECT 1 FROM documents g WHERE g.kind = 'group' AND m.owner = 'group:' || g.id) ${limit}`,
  },
  {
    broken: 'memberships of users that are not there',
    sql: `
      SELECT m.owner || ' of user ' || m.name FROM documents m
      WHERE m.kind = 'member' AND NOT EXISTS (
        SELECT 1 FROM documents u WHERE u.kind = 'user' AND u.id = m.name) ${limit}`,
    todo: 'A host ended while it removed the user. They give nobody a right; `groups.removeMember(group, user)` takes them away.',
  },
];

/** When the newest run was made, epoch ms. */
export const newestRunAt = 'SELECT created_at FROM runs ORDER BY seq DESC LIMIT 1';
