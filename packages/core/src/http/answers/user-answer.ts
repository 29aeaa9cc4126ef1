import type { z } from 'zod';
import type { Me, UserView } from '../../services/users/api.ts';
import type { me as meSchema, user as userSchema } from '../schemas/users.ts';
import { toTimestamp } from './time.ts';

/** A user on the wire. */
export const userAnswer = (user: UserView): z.output<typeof userSchema> => ({
  id: user.id,
  username: user.name,
  full_name: user.displayName ?? '',
  email: user.email ?? '',
  admin: user.admin,
  external_id: user.externalId,
  created_at: toTimestamp(user.createdAt),
  updated_at: toTimestamp(user.updatedAt),
  avatar_url: '',
  active: true,
  locked: false,
  locked_reason: '',
  is_multiple_ssh_keys: false,
});

/** Who asks, on the wire. */
export const meAnswer = ({ kind, id, name, admin, groups, scopes, user }: Me): z.output<typeof meSchema> => ({
  kind,
  id,
  username: name,
  admin,
  groups: groups.map((group) => ({ id: group.id, groupname: group.name })),
  scopes,
  user: user && userAnswer(user),
});
