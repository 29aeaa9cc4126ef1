import type { ServerResponse } from 'node:http';
import { RunyardError } from '../../domain/errors.ts';
import { problemAnswer } from '../problem.ts';
import { sendResponse } from './send-response.ts';

/**
 * Answers for a body parser in front of us that has refused a body, with a problem as we would have sent. False: it was something else, or the
 * answer has begun, and the host goes on with it.
 */
export const sendParserError = async (error: unknown, outgoing: ServerResponse): Promise<boolean> => {
  const refusal = refusalOf(error);
  if (refusal === null || outgoing.headersSent) return false;
  await sendResponse(problemAnswer(refusal), outgoing, stallMs);
  return true;
};

/** There is no app to ask. */
const stallMs = 60_000;

// As `http-errors` makes them, for `body-parser` and those that are like it.
const refusalOf = (error: unknown): RunyardError | null => {
  const { status, type, limit, code } = (error ?? {}) as Record<'status' | 'type' | 'limit' | 'code', unknown>;
  if (typeof status !== 'number' || status < 400 || status >= 500) return null;
  const options = { cause: error };
  // What does not unpack comes as zlib says it, with a status put to it.
  if (/^(Z_|ZSTD_|ERR__)/.test(`${code}`))
    return new RunyardError('invalid-request', 'The body is not packed as its Content-Encoding says.', options);
  if (typeof type !== 'string') return null;
  if (status === 413) {
    const sentence = `The body is over the limit of ${typeof limit === 'number' ? `${limit} bytes` : 'the service in front'}.`;
    return new RunyardError('body-too-large', sentence, options);
  }
  if (type === 'entity.parse.failed') return new RunyardError('invalid-json', 'The body is not JSON.', options);
  return new RunyardError(
    'invalid-request',
    `The body could not be read: ${type.replaceAll(/[^\w.-]/g, '')}.`,
    options,
  );
};
