import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ExecutorUnavailable } from '../../domain/errors.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { readClaim, voidClaim } from './claim.ts';
import { errno, exists, isAbsent } from './files.ts';

/** Removes an attempt that nobody has claimed, so that nobody will. False: it was claimed before, and is left as it is. */
export const discard = async (folder: AttemptFolder): Promise<boolean> => {
  if ((await exists(folder.state)) && !(await voidClaim(folder))) {
    const { kind } = await readClaim(folder);
    if (kind === 'run' || kind === 'torn') return false;
  }
  await deleteFolder(folder);
  return true;
};

/**
 * Deletes the folder under another name, so that a half-deleted one, its claim gone already, is never started. Twice where a late
 * preparer has made it again meanwhile.
 */
export const deleteFolder = async (folder: AttemptFolder): Promise<void> => {
  // First, since what is in memory is found by a folder that is still there.
  await deleteTree(folder.memory);
  await deleteTree(folder.gone);
  try {
    await rename(folder.path, folder.gone);
  } catch (error) {
    // Who renamed it may still be deleting, or be dead: it is gone when that name is.
    if (!isAbsent(error)) throw unavailable(folder.path, error);
  }
  // Whoever was about to start it may have written there meanwhile.
  await deleteTree(folder.memory);
  await deleteTree(folder.gone);
};

export const deleteTree = async (path: string): Promise<void> => {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes(errno(error) ?? '')) throw unavailable(path, error);
    await openFolders(path).catch(() => {});
    await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch((again: unknown) => {
      throw unavailable(path, again);
    });
  }
};

// Some tools write-protect the folders that they make (Go's module cache): what is in them can then not be deleted.
const openFolders = async (path: string): Promise<void> => {
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true }))
    if (entry.isDirectory()) await openFolders(join(path, entry.name));
};

const unavailable = (path: string, cause: unknown): ExecutorUnavailable =>
  new ExecutorUnavailable(`${path} could not be removed: ${String(cause)}`, { cause });
