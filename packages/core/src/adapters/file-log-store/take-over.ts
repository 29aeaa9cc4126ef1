import { constants } from 'node:fs';
import { copyFile, type FileHandle, link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { logClosed } from '../shared/log-rules.ts';
import { syncDirectory } from './sync-directory.ts';
import { copyOf, nextVersion, openIfThere, versionsOf } from './versions.ts';

export interface TakingOver {
  key: string;
  /** Where it would lie if nobody shared it. */
  path: string;
  epoch: number;
  /** What no other opening has. */
  id: string;
}

/**
 * Opens a log in a directory that instances share. A copy of the log becomes its next version, and the earlier ones are removed, so
 * that whoever has one open, in whatever process, writes to a file that no one reads, and notices: it has no name any more. Cursors,
 * which are offsets, stay. Throws `closed` where the log was opened under a newer lease.
 *
 * Nothing is put in another's place, and only what is older is removed: whoever is stopped here, wherever, harms no newer version.
 */
export const takeOver = async (taking: TakingOver): Promise<FileHandle> => {
  for (;;) {
    await mkdir(dirname(taking.path), { recursive: true, mode: 0o700 });
    const taken = await tryTakeOver(taking);
    if (taken) return taken;
  }
};

// Null: somebody else was faster.
const tryTakeOver = async ({ key, path, epoch, id }: TakingOver): Promise<FileHandle | null> => {
  const found = (await versionsOf(path)).at(-1);
  if (found && epoch < found.epoch) throw logClosed(key, 'closed');
  const before = found && (await openIfThere(found.path))?.file;
  if (found && !before) return null;
  const copy = copyOf(path, id);
  const next = nextVersion(path, epoch, found);
  let file: FileHandle | null = null;
  let mayGo = [copy];
  try {
    if (found) await copyFile(found.path, copy, constants.COPYFILE_FICLONE);
    file = await open(copy, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600);
    await file.datasync();
    const { size } = await file.stat();
    await link(copy, next.path);
    mayGo = [copy, next.path];
    await rm(copy);
    await syncDirectory(dirname(path));
    const versions = await versionsOf(path);
    if (versions.at(-1)?.path !== next.path) throw logClosed(key, 'closed');
    // Between our look and the link it was removed, or taken over and removed: what we copied is no log any more.
    if (before && (await before.stat()).nlink === 0) return await giveUp(file, [next.path]);
    mayGo = []; // soon it is the only one
    for (const older of versions.slice(0, -1)) await rm(older.path, { force: true });
    // From here on the earlier writer notices. What it wrote before that counts.
    if (before) await append(file, before, size);
    return file;
  } catch (error) {
    await giveUp(file, mayGo);
    if (retried.has((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  } finally {
    await before?.close();
  }
};

/** The log, or its folder, was removed or made just now. */
const retried = new Set(['ENOENT', 'EEXIST']);

const giveUp = async (file: FileHandle | null, paths: readonly string[]): Promise<null> => {
  await file?.close();
  for (const path of paths) await rm(path, { force: true });
  return null;
};

const append = async (file: FileHandle, from: FileHandle, start: number): Promise<void> => {
  for (let position = start; ; ) {
    const { bytesRead, buffer } = await from.read({ buffer: Buffer.allocUnsafe(64 * 1024), position });
    if (bytesRead === 0) return;
    await file.appendFile(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
};
