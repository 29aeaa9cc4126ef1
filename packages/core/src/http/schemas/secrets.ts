import { z } from 'zod';
import { secretNameSchema } from '../../domain/job/job-schema.ts';
import { id, keys, owner, time } from './answers.ts';
import { jobExample } from './examples.ts';
import { owner as ownerReference } from './job-request.ts';

/* Secrets. A value is only ever sent to us. */

const value = z
  .string()
  .min(1)
  .max(131_072)
  .describe(
    'At most 128 KiB of UTF-8, without NUL characters. It is told to nobody but the jobs that attach the secret.',
  )
  .meta({ writeOnly: true });
const description = z.string().max(2048).optional().describe('Everybody who may see the secret can read it.');
const access = z.enum(['owner', 'org']).nullish().describe('Only `owner`.');

export const secretCreate = z.strictObject({
  name: secretNameSchema.describe('Unique for its owner; by this name jobs attach it.'),
  owner: ownerReference.optional(),
  value,
  description,
  access,
});

export const secretUpdate = z.strictObject({
  value: value.optional(),
  description,
  name: secretNameSchema.optional().describe('Only the name that it has.'),
  access,
});

export const secret = z.object({
  id,
  name: z.string(),
  owner,
  access: z.literal('owner').describe('Only jobs of its owner get it.'),
  description: z.string(),
  key_id: z.string().describe('Of the key that it is encrypted with now.'),
  created_at: time,
  updated_at: time.describe('When a person changed it last.'),
});

export const secretList = z.object({ secrets: z.array(secret), ...keys });

export const secretRotation = z.object({
  resealed: z.int().describe('Values that were encrypted anew.'),
  keys: z
    .array(z.object({ id: z.string(), values: z.int() }))
    .describe('By which keys values are encrypted now: what is not here can be dropped.'),
  unreadable: z
    .array(
      z.object({
        kind: z.string(),
        id,
        owner: z.string(),
        name: z.string(),
        code: z.string(),
        sentence: z.string(),
      }),
    )
    .describe('At most 100 of those that could not be opened, with what to do.'),
});

export const secretExample = {
  id: '0b2f6a1cf4f24f3c8a7de1b5c9d3e2f1',
  name: 'warehouse-password',
  owner: jobExample.owner,
  access: 'owner',
  description: 'Read only',
  key_id: 'key-2026',
  created_at: '2026-01-30T14:12:07+00:00',
  updated_at: '2026-01-30T14:12:07+00:00',
};

export const secretCreateExample = { name: 'warehouse-password', value: 'correct horse', description: 'Read only' };

export const rotationExample = { resealed: 12, keys: [{ id: 'key-2026', values: 30 }], unreadable: [] };
