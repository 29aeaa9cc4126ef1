import { lstat, mkdir, statfs } from 'node:fs/promises';

/** Of file systems that lie in memory, from `linux/magic.h`. */
const tmpfs = 0x01021994;

/** Makes a folder in memory that is this user's alone; false: there is no such place here, or somebody else has the name. */
export const makeInMemory = async (path: string): Promise<boolean> => {
  try {
    if (process.platform !== 'linux' || (await statfs(sharedMemory)).type !== tmpfs) return false;
    await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    const found = await lstat(path);
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
  } catch {
    return false;
  }
};

/** Where Linux has memory as files for everybody. */
export const sharedMemory = '/dev/shm';
