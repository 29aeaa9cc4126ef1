export const instanceStatements = {
  put: `
    INSERT INTO instances (id, started_at, expires_at, places) VALUES ($1, $2, $3, $4)
    ON CONFLICT (id) DO UPDATE SET
      started_at = excluded.started_at, expires_at = excluded.expires_at, places = excluded.places`,
  remove: 'DELETE FROM instances WHERE id = $1',
  removeAll: 'DELETE FROM instances',
} as const;
