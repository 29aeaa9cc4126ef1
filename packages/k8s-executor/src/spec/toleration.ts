import { z } from 'zod';
import { qualifiedName } from './name-schemas.ts';

/** A toleration, with the rules that its parts have among themselves. */
export const tolerationSchema = z
  .strictObject({
    key: qualifiedName.optional(),
    operator: z.enum(['Exists', 'Equal', 'Lt', 'Gt']).optional(),
    value: z.string().max(63).optional(),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
    tolerationSeconds: z.number().int().optional(),
  })
  .refine(
    ({ key, operator }) => key !== undefined || operator === 'Exists',
    "expected a `key`, or the operator 'Exists', which without a key tolerates every taint",
  )
  .refine(
    ({ operator, value }) => operator !== 'Exists' || value === undefined || value === '',
    "expected no `value` beside the operator 'Exists'",
  )
  .refine(
    ({ effect, tolerationSeconds }) => tolerationSeconds === undefined || effect === 'NoExecute',
    "expected `tolerationSeconds` only beside the effect 'NoExecute'",
  );
