import { z } from 'zod';
import { parseWith } from '../domain/job/parse-with.ts';
import type { Principal } from './principal.ts';

/**
 * A principal that came from outside, as it has to be: a flag that is a text would make an admin of everybody. What else is in it is left out. Throws
 * `invalid-option` with the field below `root`.
 */
export const knownPrincipal = (given: unknown, root: string): Principal =>
  withoutUndefined(parseWith(principalSchema, given, { code: 'invalid-option', root }));

/** Likewise, of what the host's `authenticate` told: the library itself sends no requests. */
export const namedPrincipal = (given: unknown): Principal =>
  withoutUndefined(parseWith(namedSchema, given, { code: 'invalid-option', root: 'authenticate(request)' }));

const text = z.string().min(1);

const principalSchema = z.object({
  kind: z.enum(['user', 'token', 'system']),
  id: text,
  name: text.optional(),
  groups: z.array(text).optional(),
  admin: z.boolean().optional(),
  scopes: z.array(text).optional(),
  job: text.optional(),
  token: text.optional(),
  expiresAt: z.number().optional(),
  directory: z.enum(['token', 'name']).optional(),
});

const namedSchema = principalSchema.extend({ kind: z.enum(['user', 'token']) });

// What is not said must not take the place of what is known.
const withoutUndefined = (given: z.output<typeof principalSchema>): Principal =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as Principal;
