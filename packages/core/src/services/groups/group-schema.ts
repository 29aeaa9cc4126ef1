import { z } from 'zod';
import { nameText } from '../documents/texts.ts';

/** A group as callers give it. */
export const groupSchema = z.strictObject({ name: nameText, description: z.string().max(2000).nullish() });
