/**
 * What people make besides jobs, and the trail of who did what. `AUTOINCREMENT`, since pages are told by `seq`: that of a row which
 * was the newest and went is not given again.
 */
export const people = `
CREATE TABLE documents (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  lookup TEXT,
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- Last, and large: what stands before it is read without it.
  data TEXT NOT NULL
);
CREATE UNIQUE INDEX documents_name ON documents (kind, owner, name);
CREATE UNIQUE INDEX documents_lookup ON documents (kind, lookup) WHERE lookup IS NOT NULL;
CREATE INDEX documents_of_kind ON documents (kind, seq);
CREATE INDEX documents_of_owner ON documents (kind, owner, seq);
-- The groups that a user is a member of.
CREATE INDEX documents_named ON documents (kind, name, seq);

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  written_at INTEGER NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT,
  action TEXT NOT NULL,
  -- What stands before the dot of the action.
  topic TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  subject_name TEXT,
  owner TEXT NOT NULL,
  details TEXT NOT NULL
);
-- With what else an owner's entries are asked for by: those of another topic or time are passed over without reading their rows.
CREATE INDEX audit_of_owner ON audit (owner, seq, topic, written_at);
CREATE INDEX audit_about ON audit (subject_id, seq);
CREATE INDEX audit_by ON audit (by_id, seq);
CREATE INDEX audit_topic ON audit (topic, seq);
CREATE INDEX audit_written ON audit (written_at, seq);
`;
