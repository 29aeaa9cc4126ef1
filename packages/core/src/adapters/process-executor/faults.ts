import { ExecutorUnavailable } from '../../domain/errors.ts';
import { infrastructureFailed, isAttemptFailed } from '../../domain/run/launch-errors.ts';
import { errno } from './files.ts';

/**
 * What a failing system call of ours means for an attempt that is being prepared or started: while the machine has no room, or
 * the data directory cannot be written, nothing can be said of the attempt, so it waits. Anything else is passed on as it is.
 */
export const asAttemptFault = (error: unknown, dataDir: string): unknown => {
  if (isAttemptFailed(error)) return error;
  const code = errno(error) ?? '';
  const disk = diskSentences[code];
  if (disk !== undefined) return new ExecutorUnavailable(`${disk} (${dataDir})`, { cause: error });
  const scarce = scarceSentences[code];
  if (scarce !== undefined) return new ExecutorUnavailable(`${scarce} (${String(error)})`, { cause: error });
  return error;
};

/** A source is as large as it is: one that does not fit on the disk may never do, so that is a failure, with its bounded budget. */
export const asSourceFault = (error: unknown, dataDir: string): unknown => {
  const disk = diskSentences[errno(error) ?? ''];
  return disk === undefined ? error : infrastructureFailed('data-dir-unusable', `${disk} (${dataDir})`, error);
};

const diskSentences: Record<string, string> = {
  ENOSPC: 'The disk of the data directory is full: make room.',
  EDQUOT: 'The disk quota of the data directory is used up: make room.',
  EACCES: "The data directory may not be written: make it writable for the host's user.",
  EPERM: "The data directory may not be written: make it writable for the host's user.",
  EROFS: 'The data directory is mounted read-only: mount it writable.',
  EIO: "The disk of the data directory reports errors: look at the system's log.",
};

const files = 'The host has as many files open as it may: raise its limit (`ulimit -n`, `LimitNOFILE=`).';
const processes = 'This machine has no room for another process now.';

const scarceSentences: Record<string, string> = {
  EMFILE: files,
  ENFILE: 'This machine has as many files open as it may.',
  EAGAIN: processes,
  ENOMEM: processes,
};
