import { refuseNewer } from '../../../domain/store-version.ts';
import { instanceStatements as instances } from '../../shared/sql/statements/instances.ts';
import { newest } from '../migrations/all-migrations.ts';
import { readVersion } from '../read-version.ts';
import type { Applier } from './applier.ts';

export const putInstance: Applier<'instance.put'> = (sql, { id, startedAt, expiresAt, leaseMs, places }) => {
  const written = sql.run(instances.put, id, startedAt, expiresAt, leaseMs, JSON.stringify(places), newest);
  if (written === 0) throw refuseNewer('The store', readVersion(sql, 'The store')!, newest);
  return null;
};

export const forgetInstances: Applier<'instance.forget'> = (sql, { before }) => {
  sql.run(instances.forget, before);
  return null;
};
