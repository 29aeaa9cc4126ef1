import { z } from 'zod';
import { scopes as knownScopes } from '../../access/authorize.ts';
import { rotateSchema, tokenSchema } from '../../services/tokens/token-schema.ts';
import { id, keys, time, timeOrNull } from './answers.ts';
import { time as timeInput } from './job-request.ts';
import { userExample } from './users.ts';

/* Tokens. One is shown by the answer that makes it, and by no other. */

const library = tokenSchema.shape;
const expiry = {
  expires_at: timeInput.nullish().describe('Null: never.'),
  expires_in: z.int().min(1).max(3_153_600_000).nullish().describe('Seconds from now, instead.'),
  refresh_expires_in: z.int().nullish().describe('Only `null`: there are no refresh tokens.'),
};

export const tokenCreate = z.strictObject({
  name: library.name.optional().describe('What it is for; unique among his.'),
  description: library.name.optional().describe('The published name of `name`.'),
  scopes: library.scopes.nullish().describe('Null: it may do all that he may.'),
  scope: z.string().min(1).max(1024).nullish().describe('The same as one text, with spaces between them.'),
  ...expiry,
  job_id: id.nullish().describe('Narrows it to one job and its runs.'),
  user_id: z
    .string()
    .min(1)
    .max(256)
    .nullish()
    .describe('Whom it stands for; admins make tokens for others. Default: who asks.'),
  identity: z
    .strictObject({ user_id: z.string().min(1).max(256).nullish(), group_id: z.null().optional() })
    .nullish()
    .describe('The published form of `user_id`.'),
});

export const tokenRotate = z.strictObject({
  overlap_ms: rotateSchema.shape.overlapMs
    .unwrap()
    .optional()
    .describe('How long the old one is still good. Default 24 h.'),
  expires_at: timeInput.optional().describe('Of the new one. Default: it lives as long as the old one was to.'),
  expires_in: z.int().min(1).max(3_153_600_000).optional().describe('Seconds from now, instead.'),
});

export const token = z.object({
  id,
  name: z.string(),
  description: z.string().describe('The same as `name`.'),
  user_id: id,
  group_id: z.null(),
  scopes: z.array(z.enum(knownScopes)).nullable().describe('Null: it may do all that he may.'),
  scope: z.string().nullable().describe('The same as one text.'),
  job_id: id.nullable().describe('The one job that it is for; null: it is not narrowed to one.'),
  expires_at: timeOrNull.describe('Null: never.'),
  refresh_expires_at: z.null(),
  last_used_at: timeOrNull.describe('To within a minute.'),
  replaced_by: id.nullable().describe('The token that took its place when it was rotated.'),
  created_at: time,
});

export const mintedToken = token.extend({
  access_token: z.string().describe('Told this once, and stored nowhere.'),
  refresh_token: z.null(),
});

export const tokenList = z.object({ tokens: z.array(token), ...keys });

export const tokenExample = {
  id: '3e5d7c9b1a2f4e6d8c0b1a2f3e4d5c6b',
  name: 'ci',
  description: 'ci',
  user_id: userExample.id,
  group_id: null,
  scopes: ['jobs:read', 'jobs:start'],
  scope: 'jobs:read jobs:start',
  job_id: null,
  expires_at: '2026-07-30T14:12:07+00:00',
  refresh_expires_at: null,
  last_used_at: null,
  replaced_by: null,
  created_at: '2026-01-30T14:12:07+00:00',
};

export const tokenCreateExample = { name: 'ci', scopes: ['jobs:read', 'jobs:start'], expires_in: 15_638_400 };

export const mintedTokenExample = {
  ...tokenExample,
  access_token: 'ryd_…',
  refresh_token: null,
};
