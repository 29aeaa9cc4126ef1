import { parseWith } from '@runyard/core/executor-kit';
import { z } from 'zod';
import { memory, ulimitsSchema } from './quantities.ts';

const text = z.string().min(1).max(512);

const wishesSchema = z.strictObject({
  mounts: z
    .array(z.strictObject({ source: text, target: text, readOnly: z.boolean().optional() }))
    .max(64)
    .optional(),
  network: text.optional(),
  user: text.optional(),
  /** The name of a credential with which its image, or the base of it, is pulled. */
  registryCredential: text.optional(),
  /** Not above the memory of its size. */
  shmSize: memory.optional(),
  ulimits: ulimitsSchema.optional(),
  readOnlyRoot: z.boolean().optional(),
});

/** What a job may ask of the Docker executor in its `executorOptions`. */
export type Wishes = z.output<typeof wishesSchema>;

export const parseWishes = (executorOptions: unknown): Wishes =>
  parseWith(wishesSchema, executorOptions, { code: 'invalid-job', root: 'executorOptions' });
