import type { z } from 'zod';
import type { OwnerNames } from '../../services/owners/api.ts';
import type { Rotation, SecretView } from '../../services/secrets/api.ts';
import type { secretRotation, secret as secretSchema } from '../schemas/secrets.ts';
import { ownerAnswer } from './owner-answer.ts';
import { toTimestamp } from './time.ts';

/** A secret on the wire. The view has no value, so neither has this. */
export const secretAnswer = (secret: SecretView, owners?: OwnerNames): z.output<typeof secretSchema> => ({
  id: secret.id,
  name: secret.name,
  owner: ownerAnswer(secret.owner, owners),
  access: 'owner',
  description: secret.description,
  key_id: secret.keyId,
  created_at: toTimestamp(secret.createdAt),
  updated_at: toTimestamp(secret.updatedAt),
});

export const rotationAnswer = ({ resealed, keys, unreadable }: Rotation): z.output<typeof secretRotation> => ({
  resealed,
  keys,
  unreadable,
});
