/** Everything that a scheduler remembers: jobs and their revisions, schedules, the ledger, runs, attempts, leases. */
export const initial = `
CREATE TABLE jobs (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  revision INTEGER NOT NULL,
  tags TEXT NOT NULL,
  applied INTEGER NOT NULL,
  pause TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  removed_at INTEGER
);
CREATE UNIQUE INDEX jobs_name ON jobs (owner, name) WHERE removed_at IS NULL;

-- A run executes the revision that it was created from, whatever became of the job since.
CREATE TABLE job_revisions (
  job_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  spec TEXT NOT NULL,
  PRIMARY KEY (job_id, revision)
);

CREATE TABLE schedules (
  job_id TEXT PRIMARY KEY,
  next_fire_at INTEGER,
  anchor_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX schedules_due ON schedules (next_fire_at, job_id) WHERE next_fire_at IS NOT NULL;

CREATE TABLE occurrences (
  job_id TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  reason TEXT,
  run_id TEXT,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (job_id, from_at)
) WITHOUT ROWID;

CREATE TABLE runs (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  job_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  sentence TEXT,
  trigger_kind TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  priority INTEGER NOT NULL,
  policy TEXT NOT NULL,
  executor TEXT NOT NULL,
  size TEXT NOT NULL,
  place TEXT,
  overrides TEXT,
  idempotency_key TEXT,
  created_at INTEGER NOT NULL,
  due_at INTEGER,
  not_before INTEGER NOT NULL,
  start_by INTEGER,
  waits_since INTEGER,
  attempt INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  infrastructure_failures INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  commits TEXT,
  lease_instance TEXT,
  lease_epoch INTEGER NOT NULL,
  stop TEXT,
  -- 1 while the state is an active one, else null. Not told from the state, so that the indexes below rest while a run
  -- goes from one active state to the next.
  active INTEGER
);
CREATE INDEX runs_of_job ON runs (job_id, seq);
-- With all that decides whether a run may start: those that are held back are passed over without reading their rows.
CREATE INDEX runs_startable ON runs (executor, size, priority DESC, seq, not_before, policy, job_id)
  WHERE state = 'queued' AND stop IS NULL;
CREATE INDEX runs_not_before ON runs (not_before) WHERE state = 'queued';
CREATE INDEX runs_start_by ON runs (start_by) WHERE state = 'queued' AND start_by IS NOT NULL;
CREATE INDEX runs_active ON runs (job_id, seq) WHERE active = 1;
-- The last that ended is found at once, however many are queued or were skipped since.
CREATE INDEX runs_ended ON runs (job_id, seq) WHERE state IN ('succeeded', 'failed', 'cancelled');
CREATE INDEX runs_leased ON runs (lease_instance)
  WHERE lease_instance IS NOT NULL AND active = 1;
CREATE INDEX runs_to_stop ON runs (seq)
  WHERE stop IS NOT NULL AND active = 1;
CREATE UNIQUE INDEX runs_idempotency ON runs (job_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
-- Lists of what did not succeed, so that the rare failure is found without reading every success.
CREATE INDEX runs_not_succeeded ON runs (state, seq) WHERE state IN ('failed', 'cancelled', 'skipped');

CREATE TABLE attempts (
  run_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  state TEXT NOT NULL,
  executor TEXT NOT NULL,
  place TEXT NOT NULL,
  cpu REAL NOT NULL,
  memory_bytes INTEGER NOT NULL,
  handle TEXT,
  outcome TEXT,
  phases TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  PRIMARY KEY (run_id, attempt)
) WITHOUT ROWID;
CREATE INDEX attempts_live ON attempts (place, cpu, memory_bytes) WHERE state IN ('preparing', 'prepared', 'started');
CREATE INDEX attempts_unfinished ON attempts (ended_at, run_id, attempt) WHERE state IN ('ended', 'sealed');

CREATE TABLE instances (
  id TEXT PRIMARY KEY,
  started_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  places TEXT NOT NULL
) WITHOUT ROWID;
`;
