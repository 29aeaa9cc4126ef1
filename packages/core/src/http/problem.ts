import { type ErrorCode, errorCodes, isRunyardError, RunyardError } from '../domain/errors.ts';
import type { PlainAnswer } from './plain-answer.ts';

/** The one table from error codes to statuses; a code without one does not compile. */
export const statusOf: Record<ErrorCode, number> = {
  'invalid-job': 400,
  'unknown-field': 400,
  'unsupported-field': 400,
  'invalid-cron': 400,
  'unknown-zone': 400,
  'unknown-size': 400,
  'size-mismatch': 400,
  'gpu-unavailable': 400,
  'unknown-executor': 400,
  'unknown-function': 400,
  'unsupported-by-executor': 400,
  'invalid-image': 400,
  'invalid-secret': 400,
  'invalid-credential': 400,
  'invalid-webhook': 400,
  'image-build-failed': 400,
  'image-not-found': 404,
  'invalid-request': 400,
  'invalid-json': 400,
  'invalid-source': 400,
  'source-refused': 400,
  'ref-not-found': 400,
  'unknown-credential': 400,
  'working-dir-missing': 400,
  // A server elsewhere, which the caller named.
  'source-unreachable': 400,
  unauthenticated: 401,
  'too-many-guesses': 429,
  forbidden: 403,
  'job-not-found': 404,
  'run-not-found': 404,
  'user-not-found': 404,
  'group-not-found': 404,
  'token-not-found': 404,
  'secret-not-found': 404,
  'attachment-not-found': 404,
  'credential-not-found': 404,
  'webhook-not-found': 404,
  'no-directory': 404,
  'not-found': 404,
  'method-not-allowed': 405,
  'name-in-use': 409,
  'missing-access': 409,
  'check-failed': 409,
  'forbidden-overlap': 409,
  'job-active': 409,
  'owner-in-use': 409,
  'last-admin': 409,
  'run-ended': 409,
  'secret-in-use': 409,
  'credential-in-use': 409,
  'edit-conflict': 409,
  'executor-conflict': 409,
  'log-gone': 410,
  'body-too-large': 413,
  'body-too-slow': 408,
  'no-authentication': 500,
  'no-encryption-key': 500,
  'key-missing': 500,
  'value-damaged': 500,
  'invalid-option': 500,
  'store-newer': 500,
  'store-older': 500,
  'store-in-use': 500,
  internal: 500,
  'data-dir-locked': 503,
  'data-dir-unusable': 503,
  'store-unavailable': 503,
  'executor-unavailable': 503,
  closed: 503,
};

export interface Problem {
  type: string;
  status: number;
  code: ErrorCode;
  title: string;
  detail: string;
  message: string;
  field?: string;
  expected?: string;
  received?: string;
  id?: string;
  position?: number;
}

/** What a caller is told of an error. Of faults on our side it is told the code and nothing of the inside. */
export const problemOf = (error: unknown): Problem => {
  const known = isRunyardError(error) ? error : new RunyardError('internal', errorCodes.internal);
  const code = Object.hasOwn(statusOf, known.code) ? known.code : 'internal';
  const status = statusOf[code];
  const title = errorCodes[code];
  const detail = status >= 500 ? title : shortened(known.message);
  const head = { type: `urn:runyard:error:${code}`, status, code, title, detail, message: detail };
  if (status >= 500) return head;
  const { field, expected, received, id, position } = known;
  return {
    ...head,
    ...(field !== undefined && { field: shortened(field) }),
    ...(expected !== undefined && { expected: shortened(expected) }),
    ...(received !== undefined && { received: shortened(received) }),
    ...(id !== undefined && { id }),
    ...(position !== undefined && { position }),
  };
};

// What came may be as large as a body, and would be told three times. Some sentences say at their end what matters.
const shortened = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest / 2)} … ${text.slice(-longest / 2)}`.toWellFormed();

const longest = 2_000;

export const problemAnswer = (error: unknown): PlainAnswer => {
  const problem = problemOf(error);
  const waitMs = isRunyardError(error) ? error.retryAfterMs : undefined;
  return {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(problem.status === 401 && { 'www-authenticate': 'Bearer realm="runyard"' }),
      ...(problem.status === 503 && { 'retry-after': '5' }),
      ...(waitMs !== undefined && { 'retry-after': String(Math.ceil(waitMs / 1000)) }),
    },
    text: JSON.stringify(problem),
  };
};

/** A fault on our side, which the host should hear of. */
export const isFault = (error: unknown): boolean => problemOf(error).status >= 500;
