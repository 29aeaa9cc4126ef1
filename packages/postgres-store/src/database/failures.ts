import { isRunyardError, RunyardError } from '@runyard/core';

/** What a person is told when the database cannot be asked. */
export const unavailable = (error: unknown): Error => {
  if (isRunyardError(error)) return error;
  const code = codeOf(error);
  const sentence = sentences[code ?? ''] ?? (isLost(error) ? unreachable : refused);
  return new RunyardError('store-unavailable', sentence, { cause: error });
};

const unreachable =
  'The PostgreSQL server cannot be reached: look whether it runs, and at the host, the port and the network between. It is tried again.';
const refused = 'PostgreSQL refused what was to be written or read; nothing of it was kept. The cause says why.';

const sentences: Readonly<Record<string, string>> = {
  '28000': 'PostgreSQL lets this user not in: look at `pg_hba.conf` and the user of the connection string.',
  '28P01': 'PostgreSQL refused the password of this user: look at the connection string.',
  '3D000': 'There is no such database: create it, or name another in the connection string.',
  '42501':
    'This PostgreSQL user may not do that: make it the owner of our schema, and give it CREATE on the database for the first start.',
  '53100': 'The disk of the PostgreSQL server is full: make room. Nothing of this change was kept.',
  '53300': 'PostgreSQL has no connection left: raise `max_connections`, or let each pool have fewer.',
  '25006': 'This PostgreSQL server is read-only: give the address of the primary.',
};

/** The connection is gone, or there was none: the same may work a little later. */
export const isLost = (error: unknown): boolean => {
  const code = codeOf(error);
  if (code !== undefined) return passing.has(code) || code.startsWith('08');
  return error instanceof Error && lostWords.test(error.message);
};

const passing = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'ENOTFOUND'],
  'ENOENT',
  '57P01', // ended by its administrator
  '57P02', // another process of the server crashed
  '57P03', // starting or stopping
  '57P05',
  '25P03', // we were stopped in the middle of a transaction
  '25P04', // it took longer than a transaction may there
  '53300',
]);

// pg has no codes for these.
const lostWords =
  /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|Query read timeout|Client was closed/i;

/** Another transaction was in the way, and the whole may be done again. */
export const isConflict = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error) ?? '');

export const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
};
