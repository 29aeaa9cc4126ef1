import { rows } from '@runyard/core/sql';

const seenJob = 'j.id, j.revision, j.owner, j.name';
const seenRun = 'r.id, r.job_id, r.state, r.lease_epoch, r.idempotency_key, r.stop';
const present = 'FROM jobs j WHERE j.id = ANY($1::text[]) AND j.removed_at IS NULL ORDER BY j.id';

/**
 * What a commit reads before it decides. Under READ COMMITTED a statement sees what was committed when it began, and a row that it
 * locks as it is once the lock was had; both hold to the end of the transaction. So a guard holds when the rows that it looks at are locked, or
 * when whoever could change what it looks at has to take a lock that we have. Locks are taken in one order, so that two
 * instances seldom deadlock: documents first (`documents/locks`), then jobs, places, cursors, runs and attempts, and of each of these by id. What deadlocks
 * all the same is done again.
 *
 * - A job that is expected: `KEY SHARE` keeps its removal (`UPDATE`) away, and nothing else.
 * - A job's revision, its ledger, and which of its runs are active: `NO KEY UPDATE`, of which there is one at a time. Every insert that
 *   is guarded by the active runs takes it; one that is not may come in between, as it may come behind.
 * - A run, an attempt, a cursor: the row itself.
 * - What is taken of a place: an advisory lock that every insert with a limit takes; of the GPUs of all places, one that every insert with GPUs takes. What others do meanwhile only frees.
 */
export const lockStatements = {
  jobs: `SELECT ${seenJob} ${present} FOR KEY SHARE`,
  guardedJobs: `SELECT ${seenJob} ${present} FOR NO KEY UPDATE`,
  removedJobs: `SELECT ${seenJob} ${present} FOR UPDATE`,
  places: `
    SELECT pg_advisory_xact_lock(hashtextextended('runyard place ' || p.place, 0))
    FROM (SELECT u.place FROM unnest($1::text[]) u(place) ORDER BY u.place COLLATE "C") p`,
  cursors: `
    SELECT s.job_id, s.next_fire_at FROM schedules s
    WHERE s.job_id = ANY($1::text[]) ORDER BY s.job_id FOR UPDATE`,
  // What another instance is just taking is left to it: two never wait for each other's claims.
  claims: `
    SELECT ${seenRun} FROM runs r
    WHERE r.id = ANY($1::text[]) FOR NO KEY UPDATE SKIP LOCKED`,
  runs: `
    SELECT ${seenRun} FROM runs r
    WHERE r.id = ANY($1::text[]) ORDER BY r.id FOR NO KEY UPDATE`,
  attempts: `
    SELECT a.run_id, a.attempt, a.state, a.place, a.cpu, a.memory_bytes
    FROM unnest($1::text[], $2::int[]) u(run_id, attempt)
    JOIN attempts a ON a.run_id = u.run_id AND a.attempt = u.attempt
    ORDER BY a.run_id, a.attempt FOR NO KEY UPDATE OF a`,
  forgotten: `
    SELECT j.id FROM jobs j
    WHERE j.id = ANY($1::text[]) AND j.removed_at IS NOT NULL ORDER BY j.id FOR UPDATE`,
  gone: 'SELECT j.id FROM jobs j WHERE j.id = ANY($1::text[]) AND j.removed_at IS NOT NULL',
  // Nothing is added to a removed job. It is asked about when hardly anything is left; more than this is more than enough.
  left: 'SELECT r.job_id, r.id FROM runs r WHERE r.job_id = ANY($1::text[]) LIMIT 10000',
  // They only go towards their end.
  undisposed: `
    SELECT a.run_id, a.attempt FROM attempts a
    WHERE a.run_id = ANY($1::text[]) AND a.state <> 'disposed'`,
  names: `
    SELECT j.owner, j.name, j.id
    FROM unnest($1::text[], $2::text[]) u(owner, name)
    JOIN jobs j ON j.owner = u.owner AND j.name = u.name AND j.removed_at IS NULL`,
  keys: `
    SELECT r.job_id, r.idempotency_key, r.id
    FROM unnest($1::text[], $2::text[]) u(job_id, idempotency_key)
    JOIN runs r ON r.job_id = u.job_id AND r.idempotency_key = u.idempotency_key`,
  active: 'SELECT r.job_id, r.id FROM runs r WHERE r.job_id = ANY($1::text[]) AND r.active = 1 ORDER BY r.seq',
  taken: `
    SELECT a.place, SUM(a.cpu), SUM(a.memory_bytes) FROM attempts a
    WHERE a.place = ANY($1::text[]) AND a.live = 1 GROUP BY a.place`,
  // Rows of a job never overlap: those that begin in the range, and the last one before it.
  ledgers: `
    SELECT ${rows.columnsOf('o', rows.occurrenceColumns)}
    FROM unnest($1::text[], $2::bigint[], $3::bigint[]) u(job_id, from_at, to_at)
    JOIN occurrences o ON o.job_id = u.job_id AND o.from_at <= u.to_at
      AND o.from_at >= COALESCE(
        (SELECT MAX(p.from_at) FROM occurrences p WHERE p.job_id = u.job_id AND p.from_at <= u.from_at), u.from_at)
    ORDER BY o.job_id, o.from_at`,
} as const;
