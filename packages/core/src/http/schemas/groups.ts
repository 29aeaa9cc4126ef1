import { z } from 'zod';
import { groupSchema } from '../../services/groups/group-schema.ts';
import { id, keys, time } from './answers.ts';
import { userExample } from './users.ts';

/* Groups and their members. There are no organisations: what is published of them is empty. */

const library = groupSchema.shape;

const optionalFields = {
  description: library.description,
  is_multiple_ssh_keys: z.boolean().nullish().describe('Only `false`.'),
  org_admin: z.boolean().nullish().describe('Only `false`.'),
};

export const groupCreate = z.strictObject({
  groupname: library.name,
  ...optionalFields,
  org_id: z.string().nullish().describe('Only `null`.'),
});
export const groupUpdate = z.strictObject({ groupname: library.name.optional(), ...optionalFields });

export const group = z.object({
  id,
  groupname: z.string(),
  description: z.string(),
  created_at: time,
  updated_at: time,
  avatar_url: z.string().describe('Always empty.'),
  is_multiple_ssh_keys: z.literal(false),
  org_id: z.string().describe('Always empty.'),
  org_name: z.string().describe('Always empty.'),
  org_admin: z.literal(false),
});

export const groupList = z.object({ groups: z.array(group), ...keys });

export const groupMemberCreate = z.strictObject({ user_id: z.string().min(1).max(256) });

export const groupMember = z.object({ id, user_id: id, group_id: id, created_at: time.describe('Since when.') });

export const groupMemberList = z.object({
  users: z.array(
    z.object({
      id,
      username: z.string(),
      full_name: z.string(),
      avatar_url: z.string().describe('Always empty.'),
      member_since: time,
    }),
  ),
  ...keys,
});

export const groupExample = {
  id: '9a3c5e7f1b2d4f6081a2b3c4d5e6f708',
  groupname: 'etl',
  description: 'Nightly loads',
  created_at: '2026-01-30T14:12:07+00:00',
  updated_at: '2026-01-30T14:12:07+00:00',
  avatar_url: '',
  is_multiple_ssh_keys: false,
  org_id: '',
  org_name: '',
  org_admin: false,
};

export const groupCreateExample = { groupname: 'etl', description: 'Nightly loads' };

export const groupMemberExample = {
  id: userExample.id,
  user_id: userExample.id,
  group_id: groupExample.id,
  created_at: '2026-01-30T14:12:07+00:00',
};

export const groupMembersExample = {
  users: [
    {
      id: userExample.id,
      username: 'ann',
      full_name: 'Ann Example',
      avatar_url: '',
      member_since: '2026-01-30T14:12:07+00:00',
    },
  ],
};
