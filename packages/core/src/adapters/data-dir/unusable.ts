import { RunyardError } from '../../domain/errors.ts';

/** Says why the directory cannot be used, and what to do. */
export const unusable = (dir: string, cause: unknown): RunyardError => {
  const code = (cause as { code?: string }).code ?? '';
  const why = sentences[code] ?? `cannot be used (${(cause as Error).message})`;
  return new RunyardError('data-dir-unusable', `The data directory ${dir} ${why}.`, {
    field: 'dataDir',
    expected: 'a directory that this process can write',
    received: code || String(cause),
    cause,
  });
};

const writable = "make it writable for the host's user, or give another `dataDir`";
const notDirectory = 'is not a directory, or something above it is not: give another `dataDir`';

const sentences: Readonly<Record<string, string>> = {
  EACCES: `may not be written: ${writable}`,
  EPERM: `may not be written: ${writable}`,
  EROFS: `is on a read-only file system: ${writable}`,
  ENOSPC: 'is on a full disk: make room, or give another `dataDir`',
  EDQUOT: "is over its user's quota: make room, or give another `dataDir`",
  EMFILE: `cannot be opened, since the process has as many files open as it may: raise its limit (\`ulimit -n\`)`,
  ENFILE: 'cannot be opened, since the machine has as many files open as it may',
  ENOTDIR: notDirectory,
  EEXIST: notDirectory,
};
