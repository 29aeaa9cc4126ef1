import { type ErrorCode, isRunyardError } from '../domain/errors.ts';
import { Refused, Unreachable } from './client/errors.ts';
import { type Report, UsageError } from './command.ts';
import { exitCodes } from './exit-codes.ts';

/** What is told of a command that could not do its work. */
export const failed = (error: unknown, command?: string): Report => {
  if (error instanceof UsageError) {
    const where = command === undefined ? 'runyard --help' : `runyard ${command} --help`;
    return told(exitCodes.usage, 'usage', `${error.message} (\`${where}\` says how it is called.)`);
  }
  if (error instanceof Unreachable) return told(exitCodes.unreachable, 'unreachable', error.message);
  if (error instanceof Refused) {
    const { status, code, message, id } = error;
    return told(status === 401 || status === 403 ? exitCodes.refused : exitCodes.no, code, message, id);
  }
  if (isRunyardError(error)) return told(byCode[error.code] ?? exitCodes.internal, error.code, error.message);
  return told(exitCodes.internal, 'internal', error instanceof Error ? (error.stack ?? error.message) : String(error));
};

const told = (exit: number, code: string, message: string, id?: string): Report => ({
  exit,
  lines: [message],
  json: { error: { code, message, ...(id !== undefined && { id }) } },
  failed: true,
});

const byCode: Partial<Record<ErrorCode, number>> = {
  'invalid-option': exitCodes.usage,
  forbidden: exitCodes.refused,
  'invalid-cron': exitCodes.usage,
  'unknown-zone': exitCodes.usage,
  'data-dir-unusable': exitCodes.unreachable,
  'store-unavailable': exitCodes.unreachable,
  'data-dir-locked': exitCodes.refused,
  'store-newer': exitCodes.refused,
  'store-older': exitCodes.refused,
  'store-in-use': exitCodes.refused,
};
