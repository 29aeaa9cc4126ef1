import { z } from 'zod';
import { RunyardError } from '../../domain/errors.ts';
import { ownerSchema, secretNameSchema } from '../../domain/job/job-schema.ts';
import { parseWith } from '../../domain/job/parse-with.ts';
import { kindOf } from '../../domain/kind-of.ts';
import type { SecretInput, SecretPatch } from './api.ts';

/** Checks a new secret. Throws `invalid-secret` with the field; what came as its value is never shown. */
export const parseSecret = (input: SecretInput): SecretInput & { description: string } => {
  const { id, name, owner, description } = parseWith(inputSchema, plain(input), { code: 'invalid-secret' });
  return {
    name,
    value: readValue(input.value),
    description: description ?? '',
    ...(id !== undefined && { id }),
    ...(owner !== undefined && { owner }),
  };
};

/** Likewise, a change. */
export const parseSecretPatch = (patch: SecretPatch): SecretPatch => {
  const { description } = parseWith(patchSchema, plain(patch), { code: 'invalid-secret' });
  return {
    ...(patch.value !== undefined && { value: readValue(patch.value) }),
    ...(description !== undefined && { description }),
  };
};

// Without its value, which a sentence could quote.
const plain = (given: unknown): object => {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalid(null, 'an object with the fields of a secret', kindOf(given));
  return { ...given, value: undefined };
};

const description = z.string().max(2048).optional();
const inputSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'expected 32 hex digits')
    .optional(),
  name: secretNameSchema,
  owner: ownerSchema.optional(),
  description,
  value: z.undefined(),
});
const patchSchema = z.strictObject({ description, value: z.undefined() });

const readValue = (value: unknown): string => {
  if (typeof value !== 'string') throw invalid('value', 'a text', kindOf(value));
  const bytes = Buffer.byteLength(value, 'utf8');
  if (bytes < 1 || bytes > mostBytes)
    throw invalid('value', `1 to ${mostBytes} bytes of text`, bytes === 0 ? 'an empty text' : `${bytes} bytes`);
  // No environment variable can hold one, and a file that is not text is better kept as its base64.
  if (value.includes('\0')) throw invalid('value', 'a text without NUL characters', 'a text with one');
  if (!value.isWellFormed()) throw invalid('value', 'a text that UTF-8 can say', 'half of a surrogate pair');
  return value;
};

const mostBytes = 131_072;

const invalid = (field: string | null, expected: string, received: string): RunyardError =>
  new RunyardError(
    'invalid-secret',
    `${field === null ? 'A secret' : `\`${field}\``} is not valid: expected ${expected}, received ${received}.`,
    { ...(field !== null && { field }), expected, received },
  );
