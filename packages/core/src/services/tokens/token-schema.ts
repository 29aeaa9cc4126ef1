import { z } from 'zod';
import { scopes } from '../../access/authorize.ts';
import { instant, nameText, setOf } from '../documents/texts.ts';

const dayMs = 24 * 3_600_000;

/** A token as callers ask for it. */
export const tokenSchema = z.strictObject({
  name: nameText,
  scopes: setOf(scopes).optional(),
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
