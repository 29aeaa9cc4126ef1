import { type ErrorCode, type ErrorDetails, isRunyardError, RunyardError } from '../../domain/errors.ts';

/** An error as it crosses from a worker thread: a structured clone would lose the codes. */
export interface Failure {
  code: ErrorCode;
  message: string;
  details: ErrorDetails;
  cause: { name: string; message: string; code?: string; errcode?: number } | null;
}

/** Says in a sentence what is wrong with the database at `file`, and what to do. */
export const toFailure = (error: unknown, file: string): Failure => {
  if (!isRunyardError(error))
    return { code: 'store-unavailable', message: sentence(error, file), details: {}, cause: plain(error) };
  const { code, message, field, expected, received } = error;
  return {
    code,
    message,
    details: { ...given('field', field), ...given('expected', expected), ...given('received', received) },
    cause: null,
  };
};

export const fromFailure = ({ code, message, details, cause }: Failure): RunyardError => {
  if (!cause) return new RunyardError(code, message, details);
  const { name, message: text, ...codes } = cause;
  return new RunyardError(code, message, { ...details, cause: Object.assign(new Error(text), { name }, codes) });
};

const given = <Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } =>
  value === undefined ? {} : ({ [key]: value } as { [K in Key]: string });

/** The disk or the file is at fault, so every call meets the same; otherwise what was to be written is. */
export const isStorageFailure = (error: unknown): boolean => {
  const code = primaryCode(error);
  return code !== undefined && code in sentences;
};

const sentence = (error: unknown, file: string): string => {
  const known = sentences[primaryCode(error) ?? -1];
  return known ? known(file) : `The store at ${file} refused what was to be written or read; nothing of it was kept.`;
};

const restore =
  'Stop the host, look with `npx runyard doctor`, move the file with its `-wal` and `-shm` aside, and put back a backup of it.';

// SQLite's primary result codes.
const sentences: Readonly<Record<number, (file: string) => string>> = {
  3: (file) => `The store at ${file} may not be opened by this user: give the host's user the data directory.`,
  5: (file) => `The store at ${file} is locked by another program: close what has it open.`,
  6: (file) => `The store at ${file} is locked by another program: close what has it open.`,
  8: (file) => `The store at ${file} is read-only: make the file and its folder writable for the host's user.`,
  10: (file) => `The disk of the store at ${file} does not answer as it should: look at the system's log.`,
  11: (file) => `The store at ${file} is damaged. ${restore}`,
  13: (file) => `The disk of the store at ${file} is full: make room. Nothing of this change was kept.`,
  14: (file) =>
    `The store at ${file} cannot be opened: look whether its folder exists and may be written, and whether this process may open more files (\`ulimit -n\`).`,
  26: (file) => `${file} is not a SQLite database, or no more: give another file. Of a store: ${restore}`,
};

const primaryCode = (error: unknown): number | undefined => {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
};

const plain = (error: unknown): NonNullable<Failure['cause']> => {
  const { name, message, code, errcode } = error as {
    name?: string;
    message?: string;
    code?: string;
    errcode?: number;
  };
  return {
    name: name ?? 'Error',
    message: message ?? String(error),
    ...(code === undefined ? {} : { code }),
    ...(errcode === undefined ? {} : { errcode }),
  };
};
