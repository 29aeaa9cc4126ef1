/**
 * Everything that a scheduler remembers: jobs and their revisions, schedules, the ledger, runs, attempts, leases. Text is
 * compared by its bytes ("C"), whatever the database's own language.
 *
 * PostgreSQL writes a row anew at each change, and into every index again unless no column of any index changed, those of a
 * partial index's condition among them. So no index looks at `state`: each has a mark of its own, which rests while a run or an attempt goes from
 * one state to the next inside it.
 */
export const initial = `
CREATE FUNCTION now_ms() RETURNS BIGINT LANGUAGE sql VOLATILE AS
  'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

CREATE TABLE jobs (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT COLLATE "C" NOT NULL UNIQUE,
  owner TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  name_folded TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  -- Of each tag its name and value, as a JSON list.
  tags TEXT[] COLLATE "C" NOT NULL,
  applied SMALLINT NOT NULL,
  pause TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  removed_at BIGINT
);
CREATE UNIQUE INDEX jobs_name ON jobs (owner, name) WHERE removed_at IS NULL;

-- A run executes the revision that it was created from, whatever became of the job since.
CREATE TABLE job_revisions (
  job_id TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  spec TEXT NOT NULL,
  PRIMARY KEY (job_id, revision)
);

CREATE TABLE schedules (
  job_id TEXT COLLATE "C" PRIMARY KEY,
  next_fire_at BIGINT,
  anchor_at BIGINT NOT NULL
);
CREATE INDEX schedules_due ON schedules (next_fire_at, job_id) WHERE next_fire_at IS NOT NULL;

CREATE TABLE occurrences (
  job_id TEXT COLLATE "C" NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  count BIGINT NOT NULL,
  reason TEXT COLLATE "C",
  run_id TEXT COLLATE "C",
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (job_id, from_at)
) WITH (fillfactor = 90);

CREATE TABLE runs (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT COLLATE "C" NOT NULL UNIQUE,
  job_id TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C",
  sentence TEXT,
  trigger_kind TEXT COLLATE "C" NOT NULL,
  requested_by TEXT NOT NULL,
  priority BIGINT NOT NULL,
  policy TEXT COLLATE "C" NOT NULL,
  executor TEXT COLLATE "C" NOT NULL,
  size TEXT COLLATE "C" NOT NULL,
  place TEXT COLLATE "C",
  overrides TEXT,
  idempotency_key TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  due_at BIGINT,
  not_before BIGINT NOT NULL,
  start_by BIGINT,
  waits_since BIGINT,
  attempt INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  infrastructure_failures INTEGER NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  commits TEXT,
  silent_since BIGINT,
  lease_instance TEXT COLLATE "C",
  lease_epoch BIGINT NOT NULL,
  stop TEXT,
  queued SMALLINT GENERATED ALWAYS AS (CASE WHEN state = 'queued' THEN 1 END) STORED,
  active SMALLINT GENERATED ALWAYS AS (CASE WHEN state IN ('queued', 'starting', 'running', 'stopping') THEN 1 END) STORED,
  ended SMALLINT GENERATED ALWAYS AS (CASE WHEN state IN ('succeeded', 'failed', 'cancelled') THEN 1 END) STORED,
  unsuccessful TEXT COLLATE "C"
    GENERATED ALWAYS AS (CASE WHEN state IN ('failed', 'cancelled', 'skipped') THEN state END) STORED
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000,
  autovacuum_analyze_scale_factor = 0.05, autovacuum_analyze_threshold = 500);
CREATE INDEX runs_of_job ON runs (job_id, seq);
-- With all that decides whether a run may start: those that are held back are passed over without reading their rows.
CREATE INDEX runs_startable ON runs (executor, size, priority DESC, seq, not_before, policy, job_id)
  WHERE queued = 1 AND stop IS NULL;
CREATE INDEX runs_not_before ON runs (not_before) WHERE queued = 1;
CREATE INDEX runs_start_by ON runs (start_by, seq) WHERE queued = 1 AND start_by IS NOT NULL;
CREATE INDEX runs_active ON runs (job_id, seq) WHERE active = 1;
-- The last that ended is found at once, however many are queued or were skipped since.
CREATE INDEX runs_ended ON runs (job_id, seq) WHERE ended = 1;
-- With runs_ended: all that have ended, oldest or newest first.
CREATE INDEX runs_skipped ON runs (job_id, seq) WHERE unsuccessful = 'skipped';
CREATE INDEX runs_leased ON runs (lease_instance) WHERE lease_instance IS NOT NULL AND active = 1;
CREATE INDEX runs_to_stop ON runs (seq) WHERE stop IS NOT NULL AND active = 1;
CREATE UNIQUE INDEX runs_idempotency ON runs (job_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
-- What was started by hand among many that were not. It is of a few pages, and an insert writes nothing to it
-- unless its trigger is the first of its kind there.
CREATE INDEX runs_by_trigger ON runs USING brin (trigger_kind) WITH (pages_per_range = 32);
-- Lists of what did not succeed, so that the rare failure is found without reading every success.
CREATE INDEX runs_unsuccessful ON runs (unsuccessful, seq) WHERE unsuccessful IS NOT NULL;

CREATE TABLE attempts (
  run_id TEXT COLLATE "C" NOT NULL,
  attempt INTEGER NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  executor TEXT COLLATE "C" NOT NULL,
  place TEXT COLLATE "C" NOT NULL,
  cpu DOUBLE PRECISION NOT NULL,
  memory_bytes BIGINT NOT NULL,
  handle TEXT,
  outcome TEXT,
  phases TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  gpus TEXT,
  holds_gpus SMALLINT,
  live SMALLINT GENERATED ALWAYS AS (CASE WHEN state IN ('preparing', 'prepared', 'started') THEN 1 END) STORED,
  unfinished SMALLINT GENERATED ALWAYS AS (CASE WHEN state IN ('ended', 'sealed') THEN 1 END) STORED,
  PRIMARY KEY (run_id, attempt)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000,
  autovacuum_analyze_scale_factor = 0.05, autovacuum_analyze_threshold = 500);
CREATE INDEX attempts_live ON attempts (place) WHERE live = 1;
CREATE INDEX attempts_holding ON attempts (run_id, attempt) WHERE holds_gpus = 1;
CREATE INDEX attempts_unfinished ON attempts (ended_at, run_id, attempt) WHERE unfinished = 1;

CREATE TABLE instances (
  id TEXT COLLATE "C" PRIMARY KEY,
  started_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  lease_ms BIGINT NOT NULL,
  places TEXT NOT NULL,
  -- Which version of the store its code knows.
  store_version INTEGER NOT NULL
) WITH (fillfactor = 50);
`;
