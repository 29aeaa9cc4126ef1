const seen = 'd.id, d.kind, d.owner, d.name, d.lookup, d.revision';
const these = 'FROM documents d WHERE d.id = ANY($1::text[]) ORDER BY d.id';

/**
 * As `lockStatements`, and taken before those: whoever gives something to a group expects the group (`KEY SHARE`), and whoever removes it
 * (`UPDATE`) then looks for what it has, so that one of the two sees the other.
 */
export const documentLocks = {
  expected: `SELECT ${seen} ${these} FOR KEY SHARE`,
  guarded: `SELECT ${seen} ${these} FOR NO KEY UPDATE`,
  removed: `SELECT ${seen} ${these} FOR UPDATE`,
  names: `
    SELECT d.kind, d.owner, d.name, d.id
    FROM unnest($1::text[], $2::text[], $3::text[]) u(kind, owner, name)
    JOIN documents d ON d.kind = u.kind AND d.owner = u.owner AND d.name = u.name`,
  lookups: `
    SELECT d.kind, d.lookup, d.id
    FROM unnest($1::text[], $2::text[]) u(kind, lookup)
    JOIN documents d ON d.kind = u.kind AND d.lookup = u.lookup`,
  // In the order of no index, so that nobody's are looked for among all that there are.
  ownedJobs: `
    SELECT j.id FROM jobs j
    WHERE j.owner = $1 AND j.removed_at IS NULL ORDER BY (j.seq + 0) LIMIT $2`,
  ownedDocuments: `
    SELECT d.id FROM documents d
    WHERE d.owner = $1 AND d.kind = ANY($2::text[]) ORDER BY (d.seq + 0) LIMIT $3`,
  entries: 'SELECT a.id FROM audit a WHERE a.id = ANY($1::text[])',
} as const;
