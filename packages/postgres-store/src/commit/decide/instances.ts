import { instanceStatements as instances, refuseNewer } from '@runyard/core/sql';
import { newest } from '../../migrations/all-migrations.ts';
import { append, type Image } from '../image.ts';
import type { TakenOf } from '../take.ts';

/** Throws `store-newer` where the store was migrated beyond what our code works on, while we ran. */
export const putInstance = (image: Image, change: TakenOf<'instance.put'>): null => {
  const { id, startedAt, expiresAt, leaseMs, places } = change;
  const { version } = image;
  if (version && version.worksSince > newest) throw refuseNewer('The PostgreSQL store', version, newest);
  const values = [id, startedAt, expiresAt, leaseMs, JSON.stringify(places), newest];
  append(image, image.statements, { text: instances.put, values });
  return null;
};

export const forgetInstances = (image: Image, { before }: TakenOf<'instance.forget'>): null => {
  append(image, image.statements, { text: instances.forget, values: [before] });
  return null;
};
