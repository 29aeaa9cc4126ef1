import { z } from 'zod';
import { lineOf, nameText } from '../documents/texts.ts';

/** A user as callers give him. */
export const userSchema = z.strictObject({
  name: nameText,
  displayName: lineOf(200).nullish(),
  email: lineOf(320)
    .regex(/^[^\s@]+@[^\s@]+$/, 'expected an address such as ann@example.com')
    .nullish(),
  admin: z.boolean().optional(),
  externalId: lineOf(200).nullish(),
});

export const userPatchSchema = userSchema.partial();
