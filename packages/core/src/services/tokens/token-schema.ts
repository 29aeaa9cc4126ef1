import { z } from 'zod';
import { scopes } from '../../access/authorize.ts';
import { instant, nameText } from '../documents/texts.ts';

const dayMs = 24 * 3_600_000;

/** A token as callers ask for it. */
export const tokenSchema = z.strictObject({
  name: nameText,
  scopes: z.array(z.enum(scopes)).min(1).optional(),
  expiresAt: instant.optional(),
  jobId: z.string().optional(),
  userId: z.string().optional(),
});

export const rotateSchema = z.strictObject({
  overlapMs: z
    .number()
    .int()
    .min(0)
    .max(30 * dayMs)
    .default(dayMs),
  expiresAt: instant.optional(),
});
