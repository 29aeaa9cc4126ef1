import { isActive } from './active.ts';

export const instanceStatements = {
  /**
   * `$6` is the store version that its code knows. Writes nothing where the store does not work for that any more: it was
   * migrated while this instance ran. A lease that was given back is never made live again by what comes late.
   */
  put: `
    INSERT INTO instances (id, started_at, expires_at, lease_ms, places, store_version)
    SELECT $1, $2, $3, $4, $5, $6
    WHERE NOT EXISTS (SELECT 1 FROM meta WHERE key = 'works_since' AND CAST(value AS INTEGER) > $6)
    ON CONFLICT (id) DO UPDATE SET
      expires_at = CASE instances.lease_ms WHEN 0 THEN instances.expires_at ELSE excluded.expires_at END,
      lease_ms = CASE instances.lease_ms WHEN 0 THEN 0 ELSE excluded.lease_ms END,
      started_at = excluded.started_at, places = excluded.places, store_version = excluded.store_version`,
  /** Those that live at `$2` and whose code knows less than version `$1`. */
  olderThan: 'SELECT id FROM instances WHERE store_version < $1 AND expires_at > $2 AND lease_ms > 0 ORDER BY id',
  forget: `
    DELETE FROM instances WHERE expires_at < $1 AND NOT EXISTS (
      SELECT 1 FROM runs r WHERE r.lease_instance = instances.id AND ${isActive('r')})`,
  removeAll: 'DELETE FROM instances',
} as const;
