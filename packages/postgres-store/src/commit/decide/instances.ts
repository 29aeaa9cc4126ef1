import { instanceStatements as instances } from '@runyard/core/sql';
import { newest } from '../../migrations/all-migrations.ts';
import { append, type Image } from '../image.ts';
import type { TakenOf } from '../take.ts';

export const putInstance = (image: Image, change: TakenOf<'instance.put'>): null => {
  const { id, startedAt, expiresAt, leaseMs, places } = change;
  const values = [id, startedAt, expiresAt, leaseMs, JSON.stringify(places), newest];
  append(image, image.statements, { text: putLease, values });
  return null;
};

const putLease = `
  INSERT INTO instances (id, started_at, expires_at, lease_ms, places, store_version) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (id) DO UPDATE SET
    started_at = excluded.started_at, expires_at = excluded.expires_at, lease_ms = excluded.lease_ms,
    places = excluded.places, store_version = excluded.store_version`;

export const forgetInstances = (image: Image, { before }: TakenOf<'instance.forget'>): null => {
  append(image, image.statements, { text: instances.forget, values: [before] });
  return null;
};
