import { fromAuditEntry } from '../../shared/sql/document-rows.ts';
import { auditStatements as audit } from '../../shared/sql/statements/audit.ts';
import { type Applier, unless } from './applier.ts';

export const insertAudit: Applier<'audit.insert'> = (sql, { entry }) =>
  unless(sql.run(audit.insert, ...fromAuditEntry(entry)), () => ({ id: entry.id }));

export const pruneAudit: Applier<'audit.prune'> = (sql, { before, limit }) => {
  sql.run(prune, before, limit);
  return null;
};

const prune = `
  DELETE FROM audit WHERE seq IN (
    SELECT a.seq FROM audit a WHERE a.written_at < $1 ORDER BY a.written_at, a.seq LIMIT $2)`;
