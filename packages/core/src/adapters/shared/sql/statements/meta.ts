export const metaStatements = {
  create: 'CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
  /** SQLite's own: every table of the file. */
  tables: "SELECT name FROM sqlite_master WHERE type = 'table'",
  get: 'SELECT value FROM meta WHERE key = $1',
  put: 'INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
} as const;
