import { ExecutorUnavailable } from '../../domain/errors.ts';
import { infrastructureFailed, isAttemptFailed } from '../../domain/run/launch-errors.ts';
import { errno } from './files.ts';

/** What a failing system call means for an attempt that is being prepared or started. Anything else is passed on as it is. */
export const asAttemptFault = (error: unknown, dataDir: string): unknown => {
  if (isAttemptFailed(error)) return error;
  const sentence = diskSentences[errno(error) ?? ''];
  if (sentence !== undefined) return infrastructureFailed('data-dir-unusable', `${sentence} (${dataDir})`, error);
  if (scarce.has(errno(error) ?? ''))
    return new ExecutorUnavailable(`This machine has no room for another process or file now: ${String(error)}`, {
      cause: error,
    });
  return error;
};

const diskSentences: Record<string, string> = {
  ENOSPC: 'The disk of the data directory is full.',
  EDQUOT: 'The disk quota of the data directory is used up.',
  EACCES: 'The data directory may not be written.',
  EPERM: 'The data directory may not be written.',
  EROFS: 'The data directory is mounted read-only.',
  EIO: 'The disk of the data directory reports errors.',
};

const scarce = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE']);
