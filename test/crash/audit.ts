import { askPostgres } from '../postgres/ask-postgres.ts';

/**
 * Notes, inside the database, who writes what of which run, so that a zombie is seen even where its write does no harm. Each host
 * process tells itself from the others by its `application_name`.
 */
export const beginAudit = async (url: string, schema: string): Promise<void> => {
  await askPostgres(url, audit(schema));
};

/**
 * Writes of runs and attempts by a process that did not hold their lease: all but stop requests, and what raises the epoch, which is
 * how a lease is taken.
 */
export const readUnfenced = async (url: string): Promise<string[]> => {
  const rows = await askPostgres(
    url,
    `SELECT w.what, w.run_id, w.app, h.app, w.old_state, w.new_state, w.old_epoch, w.new_epoch
       FROM audit.writes w LEFT JOIN audit.hosts h ON h.instance = w.held_by
      WHERE w.new_epoch < w.old_epoch OR (w.new_epoch = w.old_epoch AND w.held_by IS NOT NULL AND h.app IS DISTINCT FROM w.app)
      ORDER BY w.seq`,
  );
  return rows.map(
    ([what, run, writer, holder, before, after, from, to]) =>
      `${writer} wrote the ${what} of ${run} (${before} → ${after}, epoch ${from} → ${to}), which ${holder} held`,
  );
};

const audit = (schema: string): string => `
CREATE SCHEMA audit;
CREATE TABLE audit.hosts (instance TEXT PRIMARY KEY, app TEXT NOT NULL);
CREATE TABLE audit.writes (
  seq BIGINT GENERATED ALWAYS AS IDENTITY, what TEXT, run_id TEXT, app TEXT, held_by TEXT,
  old_state TEXT, new_state TEXT, old_epoch BIGINT, new_epoch BIGINT
);
CREATE FUNCTION audit.of_instance() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO audit.hosts VALUES (NEW.id, current_setting('application_name')) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE FUNCTION audit.of_run() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO audit.writes (what, run_id, app, held_by, old_state, new_state, old_epoch, new_epoch)
  VALUES ('run', NEW.id, current_setting('application_name'), OLD.lease_instance, OLD.state, NEW.state, OLD.lease_epoch, NEW.lease_epoch);
  RETURN NULL;
END $$;
CREATE FUNCTION audit.of_attempt() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO audit.writes (what, run_id, app, held_by, old_state, new_state, old_epoch, new_epoch)
  SELECT 'attempt', NEW.run_id, current_setting('application_name'), lease_instance, OLD.state, NEW.state, lease_epoch, lease_epoch
    FROM "${schema}".runs WHERE id = NEW.run_id;
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT ON "${schema}".instances FOR EACH ROW EXECUTE FUNCTION audit.of_instance();
CREATE TRIGGER audit AFTER UPDATE ON "${schema}".runs FOR EACH ROW
  WHEN (to_jsonb(OLD) - 'stop' IS DISTINCT FROM to_jsonb(NEW) - 'stop') EXECUTE FUNCTION audit.of_run();
-- Sealing and disposing are nobody's in particular.
CREATE TRIGGER audit AFTER UPDATE ON "${schema}".attempts FOR EACH ROW
  WHEN (NEW.state IN ('prepared', 'started') AND OLD.state <> NEW.state) EXECUTE FUNCTION audit.of_attempt();
`;
