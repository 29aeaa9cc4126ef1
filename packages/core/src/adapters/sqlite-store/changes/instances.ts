import { instanceStatements as instances } from '../statements/instances.ts';
import type { Applier } from './applier.ts';

export const putInstance: Applier<'instance.put'> = (sql, { id, startedAt, expiresAt, places }) => {
  sql.run(instances.put, id, startedAt, expiresAt, JSON.stringify(places));
  return null;
};

export const removeInstance: Applier<'instance.remove'> = (sql, { id }) => {
  sql.run(instances.remove, id);
  return null;
};
