import { constants } from 'node:fs';
import { copyFile, type FileHandle, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { logClosed } from '../shared/log-rules.ts';
import { linesFrom } from './lines.ts';
import { openIfThere } from './reader.ts';
import { epochLine, parseEpoch } from './record.ts';
import { syncDirectory } from './sync-directory.ts';

export interface TakingOver {
  key: string;
  path: string;
  epoch: number;
  /** What no other opening has. */
  id: string;
}

/**
 * Opens a log in a directory that instances share. A copy of the log is put in its place, so that whoever has the earlier one
 * open, in whatever process, writes to a file that no one reads, and notices: it has no name any more. Cursors, which are
 * offsets, stay. Throws `closed` where the log was opened under a newer lease.
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
  const before = await openIfThere(path);
  const copy = `${path}.${id}`;
  let file: FileHandle | null = null;
  try {
    const found = before && (await epochOf(before));
    if (found !== null && epoch < found) throw logClosed(key, 'closed');
    if (before) await copyFile(path, copy, constants.COPYFILE_FICLONE);
    await writeEpoch(copy, found === null && before ? null : epoch);
    file = await open(copy, constants.O_RDWR | constants.O_APPEND);
    const { size } = await file.stat();
    if (before && (await before.stat()).nlink === 0) return await giveUp(file, copy);
    if (before) await rename(copy, path);
    else await link(copy, path).then(() => rm(copy));
    await syncDirectory(dirname(path));
    // From here on the earlier writer notices. What it wrote before that counts.
    if (before) await append(file, before, size);
    return file;
  } catch (error) {
    await giveUp(file, copy);
    if (retried.has((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  } finally {
    await before?.close();
  }
};

/** The log, or its folder, was removed or made just now. */
const retried = new Set(['ENOENT', 'EEXIST']);

const giveUp = async (file: FileHandle | null, copy: string): Promise<null> => {
  await file?.close();
  await rm(copy, { force: true });
  return null;
};

const epochOf = async (file: FileHandle): Promise<number | null> => {
  for await (const { bytes } of linesFrom(file, 0, epochLine(0).length)) return parseEpoch(bytes);
  return null;
};

// Before anything is appended: such a file cannot be written at its start. A log from before its directory was shared has no such line.
const writeEpoch = async (path: string, epoch: number | null): Promise<void> => {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    if (epoch !== null) await file.write(epochLine(epoch), 0, null, 0);
    await file.datasync();
  } finally {
    await file.close();
  }
};

const append = async (file: FileHandle, from: FileHandle, start: number): Promise<void> => {
  for (let position = start; ; ) {
    const { bytesRead, buffer } = await from.read({ buffer: Buffer.allocUnsafe(64 * 1024), position });
    if (bytesRead === 0) return;
    await file.appendFile(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
};
