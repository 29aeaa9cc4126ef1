/** What people make besides jobs, and the trail of who did what. */
export const people = `
CREATE TABLE documents (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT COLLATE "C" NOT NULL UNIQUE,
  kind TEXT COLLATE "C" NOT NULL,
  owner TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  lookup TEXT COLLATE "C",
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  data TEXT NOT NULL
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX documents_name ON documents (kind, owner, name);
CREATE UNIQUE INDEX documents_lookup ON documents (kind, lookup) WHERE lookup IS NOT NULL;
CREATE INDEX documents_of_kind ON documents (kind, seq);
CREATE INDEX documents_of_owner ON documents (kind, owner, seq);
-- The groups that a user is a member of.
CREATE INDEX documents_named ON documents (kind, name, seq);

CREATE TABLE audit (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT COLLATE "C" NOT NULL UNIQUE,
  written_at BIGINT NOT NULL,
  by_id TEXT COLLATE "C" NOT NULL,
  by_name TEXT,
  action TEXT COLLATE "C" NOT NULL,
  -- What stands before the dot of the action.
  topic TEXT COLLATE "C" NOT NULL,
  subject_kind TEXT COLLATE "C" NOT NULL,
  subject_id TEXT COLLATE "C" NOT NULL,
  subject_name TEXT,
  owner TEXT COLLATE "C" NOT NULL,
  details TEXT NOT NULL
);
-- With what else an owner's entries are asked for by: those of another topic or time are passed over without reading their rows.
CREATE INDEX audit_of_owner ON audit (owner, seq, topic, written_at);
CREATE INDEX audit_about ON audit (subject_id, seq);
CREATE INDEX audit_by ON audit (by_id, seq);
CREATE INDEX audit_topic ON audit (topic, seq);
CREATE INDEX audit_written ON audit (written_at, seq);
`;
