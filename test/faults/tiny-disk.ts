import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of its own can be made here: Linux, as root, with the right to mount. */
export const canMount = ((): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return spawnSync('unshare', ['-m', 'true']).status === 0;
})();

export interface TinyDisk extends Disposable {
  readonly dir: string;
  /** Leaves not a byte. */
  fill(): void;
  empty(): void;
}

/** A disk of so many MiB at `dir`, which is made. */
export const tinyDisk = (dir: string, mib: number): TinyDisk => {
  mkdirSync(dir, { recursive: true });
  command('mount', '-t', 'tmpfs', '-o', `size=${mib}m,mode=0700`, 'tmpfs', dir);
  const filler = join(dir, 'filler');
  return {
    dir,
    fill: () => fillWith(filler),
    empty: () => rmSync(filler),
    [Symbol.dispose]: () => command('umount', '-l', dir),
  };
};

/**
 * What is opened by its path at `dir` from now on is on a read-only file system, until that is disposed of; what is open
 * already goes on.
 */
export const readOnly = (dir: string): Disposable => {
  command('mount', '--bind', dir, dir);
  command('mount', '-o', 'remount,ro,bind', dir);
  let mounted = true;
  return {
    [Symbol.dispose]() {
      if (mounted) command('umount', '-l', dir);
      mounted = false;
    },
  };
};

const fillWith = (path: string): void => {
  const file = openSync(path, 'a');
  try {
    for (const bytes of [2 ** 20, 4096, 1]) writeUntilFull(file, bytes);
  } finally {
    closeSync(file);
  }
};

const writeUntilFull = (file: number, bytes: number): void => {
  try {
    for (;;) writeSync(file, Buffer.alloc(bytes));
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOSPC') throw error;
  }
};

const command = (name: string, ...args: string[]): void => {
  const { status, stderr } = spawnSync(name, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${stderr}`);
};
