import type { z } from 'zod';
import { isRunyardError, RunyardError } from '../../domain/errors.ts';
import { parseWith } from '../../domain/job/parse-with.ts';

/** Fields of a webhook. Throws `invalid-webhook`, which says nothing of an address that is refused: there may be a password in it. */
export const parseWebhook = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  try {
    return parseWith(schema, input, { code: 'invalid-webhook' });
  } catch (error) {
    throw isRunyardError(error) && error.field === 'url' ? unquoted(error) : error;
  }
};

const unquoted = ({ code, field = 'url', expected = 'an address' }: RunyardError): RunyardError =>
  new RunyardError(code, `\`${field}\` is not valid: expected ${expected}.`, { field, expected });
