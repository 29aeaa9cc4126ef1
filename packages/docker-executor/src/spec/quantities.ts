import { type MemoryQuantity, parseSizes } from '@runyard/core/executor-kit';
import { z } from 'zod';

/** Bytes, or a quantity such as 512Mi, as sizes are given. */
export const memory = z.union([z.number().int().positive(), z.string()]).transform((value: MemoryQuantity, context) => {
  try {
    return parseSizes({ it: { cpu: 1, memory: value } }).it?.memoryBytes ?? 0;
  } catch {
    context.addIssue({ code: 'custom', message: 'expected bytes or a quantity such as 512Mi or 4Gi' });
    return z.NEVER;
  }
});

export const ulimitSchema = z.union([
  z.number().int().min(-1),
  z.strictObject({ soft: z.number().int().min(-1), hard: z.number().int().min(-1) }),
]);
