import { z } from 'zod';
import { keys, owner, time } from '../../schemas/answers.ts';
import { userExample } from '../../schemas/users.ts';

/* Who is asking and whose things there can be, in the published shapes. What is not kept here has its published default. */

export const currentUser = z.object({
  id: z.string(),
  username: z.string(),
  full_name: z.string().describe('Empty: not known.'),
  email: z.string().describe('Empty: not known.'),
  admin: z.boolean(),
  created_at: time.describe('1970: not known.'),
  avatar_url: z.string().describe('Always empty.'),
  active: z.literal(true),
  locked: z.literal(false),
  locked_reason: z.string().describe('Always empty.'),
  is_multiple_ssh_keys: z.literal(false),
});

export const ownerList = z.object({ owners: z.array(owner), ...keys });

export const orgList = z.object({
  orgs: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      created_at: time,
      avatar_url: z.string(),
      email: z.string(),
      description: z.string(),
      website_url: z.null(),
      logo_image_url: z.string(),
      limits_id: z.null(),
      is_primary: z.literal(true),
      locked: z.literal(false),
      locked_reason: z.string(),
    }),
  ),
});

export const limitList = z.object({ usage_limits: z.array(z.never()) });

export const tokenRefresh = z.object({
  grant_type: z.string().max(256).optional(),
  refresh_token: z.string().max(8192).optional(),
});

const { external_id, updated_at, ...user } = userExample;
export const currentUserExample = user;
