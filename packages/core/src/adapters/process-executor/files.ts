import { randomBytes } from 'node:crypto';
import { link, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { ExecutorUnavailable } from '../../domain/errors.ts';

export const errno = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

export const isAbsent = (error: unknown): boolean => errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR';

/** A small file's text and when it was written; null where there is none. What cannot be read is no answer. */
export const readNote = async (file: string): Promise<{ text: string; at: number } | null> => {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    return { text, at: Math.trunc(mtimeMs) };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw unreadable(file, error);
  }
};

export const exists = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw unreadable(path, error);
  }
};

/**
 * Makes the file, whole, unless there is one; false: there was one, or its folder is gone. Whoever is killed in the middle has
 * made nothing: half a note would be taken for somebody's for ever.
 */
export const createNote = async (file: string, text: string): Promise<boolean> => {
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await link(draft, file);
    return true;
  } catch (error) {
    if (errno(error) === 'EEXIST' || isAbsent(error)) return false;
    if (withoutLinks.has(errno(error) ?? '')) return createInPlace(file, text);
    throw unreadable(file, error);
  } finally {
    await rm(draft, { force: true }).catch(() => {}); // it goes with its folder
  }
};

/** What file systems say that have no hard links. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

const createInPlace = async (file: string, text: string): Promise<boolean> => {
  try {
    const made = await open(file, 'wx', 0o600);
    try {
      await made.writeFile(text);
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await made.close();
    }
    return true;
  } catch (error) {
    if (errno(error) === 'EEXIST' || isAbsent(error)) return false;
    throw unreadable(file, error);
  }
};

const unreadable = (path: string, cause: unknown): ExecutorUnavailable =>
  new ExecutorUnavailable(`The data directory cannot be used now (${path}): ${String(cause)}`, { cause });
