import { isActive } from './active.ts';

export const instanceStatements = {
  put: `
    INSERT INTO instances (id, started_at, expires_at, lease_ms, places) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (id) DO UPDATE SET
      started_at = excluded.started_at, expires_at = excluded.expires_at, lease_ms = excluded.lease_ms,
      places = excluded.places`,
  forget: `
    DELETE FROM instances WHERE expires_at < $1 AND NOT EXISTS (
      SELECT 1 FROM runs r WHERE r.lease_instance = instances.id AND ${isActive('r')})`,
  removeAll: 'DELETE FROM instances',
} as const;
