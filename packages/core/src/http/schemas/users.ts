import { z } from 'zod';
import { userSchema } from '../../services/users/user-schema.ts';
import { id, keys, time } from './answers.ts';

/* Users. What is published and not kept here (an avatar, a lock) has its published default. */

const library = userSchema.shape;
const orEmpty = <S extends z.ZodType>(schema: S) => z.union([schema, z.literal('')]).nullish();

const optionalFields = {
  full_name: orEmpty(library.displayName.unwrap().unwrap()),
  email: orEmpty(library.email.unwrap().unwrap()),
  admin: library.admin.describe('Default false.'),
  external_id: library.externalId.describe("The id under which the host's `authenticate` names him; null: by none."),
};

export const userCreate = z.strictObject({ username: library.name, ...optionalFields });
export const userUpdate = z.strictObject({ username: library.name.optional(), ...optionalFields });

export const user = z.object({
  id,
  username: z.string(),
  full_name: z.string().describe('Empty: not known.'),
  email: z.string().describe('Empty: not known.'),
  admin: z.boolean(),
  external_id: z.string().nullable(),
  created_at: time,
  updated_at: time,
  avatar_url: z.string().describe('Always empty.'),
  active: z.literal(true),
  locked: z.literal(false),
  locked_reason: z.string().describe('Always empty.'),
  is_multiple_ssh_keys: z.literal(false),
});

export const userList = z.object({ users: z.array(user), ...keys });

export const me = z.object({
  kind: z.enum(['user', 'token', 'system']),
  id: z.string(),
  username: z.string().nullable(),
  admin: z.boolean(),
  groups: z.array(
    z.object({ id: z.string(), groupname: z.string().nullable().describe('Null: a group of the host.') }),
  ),
  scopes: z.array(z.string()).nullable().describe('What the token is narrowed to; null: it is not.'),
  user: user.nullable().describe('Of the directory; null: it knows none.'),
});

export const userExample = {
  id: '7d1e0c54a9b84f6f9c2a3b4d5e6f7081',
  username: 'ann',
  full_name: 'Ann Example',
  email: 'ann@example.com',
  admin: false,
  external_id: 'ann',
  created_at: '2026-01-30T14:12:07+00:00',
  updated_at: '2026-01-30T14:12:07+00:00',
  avatar_url: '',
  active: true,
  locked: false,
  locked_reason: '',
  is_multiple_ssh_keys: false,
};

export const userCreateExample = { username: 'ann', full_name: 'Ann Example', email: 'ann@example.com' };

export const meExample = {
  kind: 'user',
  id: userExample.id,
  username: 'ann',
  admin: false,
  groups: [{ id: '9a3c5e7f1b2d4f6081a2b3c4d5e6f708', groupname: 'etl' }],
  scopes: ['jobs:read', 'jobs:start'],
  user: userExample,
};
