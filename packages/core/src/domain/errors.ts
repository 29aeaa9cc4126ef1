/**
 * Every error that Runyard throws on purpose has a stable `code`. The table is the one list of them: the HTTP layer
 * maps codes to statuses, and a test holds the documentation to exactly these.
 */
export const errorCodes = {
  'invalid-job': 'The job is not as the model wants it; `field` says where.',
  'unknown-field': 'A field that the model does not have; the message names the nearest known one.',
  'unsupported-field': 'A published field whose value asks for something that Runyard does not do.',
  'invalid-cron': 'The cron expression is not of our dialect; `position` points at the character.',
  'unknown-zone': 'The time zone is not an IANA name.',
  'unknown-size': 'The size is not in the catalogue of this installation.',
  'size-mismatch': 'The hardware kind and the size disagree.',
  'gpu-unavailable': 'The executor gives no GPUs away; the message says by which option.',
  'unknown-executor': 'The executor is not configured.',
  'unknown-function': 'The function executor has no function of that name.',
  'unsupported-by-executor': 'The executor cannot do what this field asks for.',
  'name-in-use': 'Another job of that owner has the name; `id` is its id.',
  'job-not-found': 'There is no such job, or you may not see it.',
  'run-not-found': 'There is no such run, or you may not see it.',
  'missing-access':
    'The job names a secret or a git credential that its owner does not have; the message says which, and what to do.',
  'check-failed': 'The job could not run as it is, which was to be known before it is saved.',
  'forbidden-overlap': 'The job says Forbid and a run of it is active; `id` is that run.',
  'job-active': 'The job has active runs.',
  'user-not-found': 'There is no such user, or you may not see him.',
  'group-not-found': 'There is no such group, or you may not see it.',
  'token-not-found': 'There is no such token, or it is not yours.',
  'secret-not-found': 'There is no such secret, or you may not see it.',
  'attachment-not-found': 'The job has no secret attached by that id.',
  'credential-not-found': 'There is no such git credential, or you may not see it.',
  'webhook-not-found': 'There is no such webhook, or you may not see it.',
  'invalid-webhook': 'The webhook is not as the model wants it; `field` says where.',
  'owner-in-use':
    'Who is to be removed, or the id by which a user is to be known, owns something; `id` is the first of it.',
  'last-admin': 'There would be no admin left.',
  'no-directory': 'This Runyard keeps no users, groups and tokens of its own: the option `directory` is not set.',
  'key-missing': 'A value was encrypted with a key that this host was not given; the message names the key.',
  'no-encryption-key': 'This host has no key to encrypt secrets with; the message says how to give one.',
  'value-damaged': 'An encrypted value is not as it was written: it cannot be read, or was moved.',
  'invalid-secret': 'The secret is not as the model wants it; `field` says where.',
  'invalid-credential': 'The git credential is not as the model wants it; `field` says where.',
  'credential-in-use': 'Sources of jobs name the git credential; `id` is the first of those jobs.',
  'secret-in-use': 'Jobs attach the secret; `id` is the first of them.',
  'run-ended': 'The run has already ended.',
  'edit-conflict': 'The record changed while it was edited; read it and try again.',
  'invalid-image': 'What an image is to be built from is not as the model wants it; `field` says where.',
  'image-not-found': 'The executor has no image of that name that was built by it.',
  'image-build-failed': 'The image could not be built; the message ends with what the build said last.',
  'invalid-request': 'The request is not as the route wants it.',
  'invalid-json': 'The body is not JSON.',
  'body-too-large': 'The body is over the limit.',
  'body-too-slow': 'The body did not come in time.',
  unauthenticated: 'No token, or one that is not valid.',
  'too-many-guesses': 'Tokens that are not valid came too often; `Retry-After` says how long to wait.',
  forbidden: 'The token does not allow this.',
  'no-authentication': 'Routes were mounted without any way to authenticate.',
  'not-found': 'There is no such route, or nothing of that kind.',
  'method-not-allowed': 'The route is not for this method; `Allow` says for which it is.',
  'invalid-option': 'An option given to the library is not as it should be.',
  'data-dir-locked': 'Another instance holds the data directory.',
  'data-dir-unusable': 'The data directory cannot be written.',
  'store-newer': 'The store was made by a newer version.',
  'store-older': 'The store awaits a migration, and this host may not make it.',
  'store-in-use': 'The store cannot be migrated while hosts of an older version use it.',
  'store-unavailable': 'The store cannot be reached or written.',
  'invalid-source': 'A source that Runyard refuses before git sees it.',
  'source-unreachable': 'The repository cannot be reached now.',
  'source-refused': 'The repository refused the credential, or does not exist.',
  'ref-not-found': 'The repository has no such ref.',
  'unknown-credential': 'No credential or secret of that name.',
  'working-dir-missing': 'The working directory is not in the workspace.',
  'executor-conflict': 'Something that is not ours has the name of an attempt.',
  'executor-unavailable': 'The executor could not be asked.',
  'log-gone': 'The log is not there any more.',
  closed: 'This Runyard was closed.',
  internal: 'Something went wrong inside Runyard; the log of the host says what.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorDetails {
  /** Path of the field that is wrong, as the caller wrote it: `schedule.cron`. */
  field?: string;
  expected?: string;
  received?: string;
  /** Id of the other record, where one is in the way. */
  id?: string;
  /** Offset of the character that is wrong, from 0. */
  position?: number;
  /** How long to wait before it is worth another try. */
  retryAfterMs?: number;
  cause?: unknown;
}

const brand = Symbol.for('runyard.error');

/** The one error class of Runyard. `code` is stable; `message` says what to do and may change. */
export class RunyardError extends Error {
  readonly code: ErrorCode;
  readonly field?: string;
  readonly expected?: string;
  readonly received?: string;
  readonly id?: string;
  readonly position?: number;
  readonly retryAfterMs?: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'RunyardError';
    this.code = code;
    if (details.field !== undefined) this.field = details.field;
    if (details.expected !== undefined) this.expected = details.expected;
    if (details.received !== undefined) this.received = details.received;
    if (details.id !== undefined) this.id = details.id;
    if (details.position !== undefined) this.position = details.position;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** True for errors of any copy of this package, also one loaded twice or from the other module system. */
export const isRunyardError = (error: unknown): error is RunyardError =>
  typeof error === 'object' && error !== null && brand in error;

/** `prepare` found something with the attempt's name that is not ours. It was not touched. */
export class ExecutorConflict extends RunyardError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('executor-conflict', message, details);
    this.name = 'ExecutorConflict';
  }
}

/** The engine behind an executor could not be asked. Never an outcome: the call is tried again. */
export class ExecutorUnavailable extends RunyardError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('executor-unavailable', message, details);
    this.name = 'ExecutorUnavailable';
  }
}
