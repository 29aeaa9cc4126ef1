import { attemptColumns, columnsOf } from '../rows.ts';

const columns = columnsOf('a', attemptColumns);

export const attemptStatements = {
  get: `SELECT ${columns} FROM attempts a WHERE a.run_id = $1 AND a.attempt = $2`,
  ofRun: `SELECT ${columns} FROM attempts a WHERE a.run_id = $1 ORDER BY a.attempt`,
  insert: `
    INSERT INTO attempts (${attemptColumns.join(', ')})
    VALUES (${attemptColumns.map((_, index) => `$${index + 1}`).join(', ')})
    ON CONFLICT DO NOTHING`,
  write: `
    UPDATE attempts SET state = $4, executor = $5, place = $6, cpu = $7, memory_bytes = $8, handle = $9, outcome = $10,
      phases = $11, created_at = $12, started_at = $13, ended_at = $14, gpus = $15, holds_gpus = $16
    WHERE run_id = $1 AND attempt = $2 AND state = $3`,
  taken: `
    SELECT TOTAL(a.cpu), COALESCE(SUM(a.memory_bytes), 0) FROM attempts a
    WHERE a.place = $1 AND a.state IN ('preparing', 'prepared', 'started')`,
  // Of all places, of which few have GPUs. By the state too: code that knows no GPUs does not take the mark away.
  holding: `
    SELECT a.place, a.run_id, a.attempt, a.gpus FROM attempts a
    WHERE a.holds_gpus = 1 AND a.state IN ('preparing', 'prepared', 'started', 'ended')
    ORDER BY a.run_id, a.attempt`,
  unfinished: `
    SELECT ${columns} FROM attempts a WHERE a.state IN ('ended', 'sealed') AND (a.ended_at, a.run_id, a.attempt) > ($2, $3, $4)
    ORDER BY a.ended_at, a.run_id, a.attempt
    LIMIT $1`,
  stateOf: `
    SELECT a.state, r.state, r.attempt FROM attempts a JOIN runs r ON r.id = a.run_id
    WHERE a.run_id = $1 AND a.attempt = $2`,
} as const;
