import { instanceStatements as instances } from '../../shared/sql/statements/instances.ts';
import type { Applier } from './applier.ts';

export const putInstance: Applier<'instance.put'> = (sql, { id, startedAt, expiresAt, leaseMs, places }) => {
  sql.run(instances.put, id, startedAt, expiresAt, leaseMs, JSON.stringify(places));
  return null;
};

export const forgetInstances: Applier<'instance.forget'> = (sql, { before }) => {
  sql.run(instances.forget, before);
  return null;
};
