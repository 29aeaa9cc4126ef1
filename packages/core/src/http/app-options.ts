import { z } from 'zod';
import { parseWith } from '../domain/job/parse-with.ts';
import type { HttpAppOptions } from './http-app.ts';

/** The options as they have to be. Throws `invalid-option` with the field. */
export const checkedOptions = (options: HttpAppOptions): HttpAppOptions => {
  parseWith(schema, options, { code: 'invalid-option' });
  return options;
};

// A timer of Node that is set for longer is over at once.
const ms = z.number().int().min(1).max(2_147_483_647).optional();

const schema = z.strictObject({
  basePath: z.string().optional(),
  authenticate: z.custom((value) => typeof value === 'function', 'expected a function').optional(),
  saturn: z.boolean().optional(),
  keepAliveMs: ms,
  recheckMs: ms,
  bodyTimeoutMs: ms,
  bodyStallMs: ms,
  readerStallMs: ms,
} satisfies { [K in keyof HttpAppOptions]-?: z.ZodType });
