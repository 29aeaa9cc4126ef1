import { type ErrorCode, isRunyardError } from '../domain/errors.ts';
import { type Report, UsageError } from './command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** What is told of a command that could not do its work. */
export const failed = (error: unknown, command?: string): Report => {
  if (error instanceof UsageError) {
    const where = command === undefined ? 'runyard --help' : `runyard ${command} --help`;
    return told(exitCodes.usage, 'usage', `${error.message} (\`${where}\` says how it is called.)`);
  }
  if (isRunyardError(error)) return told(byCode[error.code] ?? exitCodes.internal, error.code, error.message);
  return told(exitCodes.internal, 'internal', error instanceof Error ? (error.stack ?? error.message) : String(error));
};

const told = (exit: ExitCode, code: string, message: string): Report => ({
  exit,
  lines: [message],
  json: { error: { code, message } },
});

const byCode: Partial<Record<ErrorCode, ExitCode>> = {
  'invalid-option': exitCodes.usage,
  'data-dir-unusable': exitCodes.unreachable,
  'store-unavailable': exitCodes.unreachable,
  'data-dir-locked': exitCodes.refused,
  'store-newer': exitCodes.refused,
  'store-older': exitCodes.refused,
  'store-in-use': exitCodes.refused,
};
