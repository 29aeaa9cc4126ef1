import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unusable } from './unusable.ts';

/** Makes the directory (for our user alone) where it is missing, and proves by writing that it can be written. */
export const makeUsable = async (dir: string): Promise<void> => {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await tryToWrite(join(dir, `probe-${randomBytes(8).toString('hex')}`));
  } catch (error) {
    throw unusable(dir, error);
  }
};

// A full disk still makes empty files.
const tryToWrite = async (file: string): Promise<void> => {
  try {
    await writeFile(file, Buffer.alloc(4096), { mode: 0o600, flag: 'wx' });
  } finally {
    await rm(file, { force: true });
  }
};
