import { readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/**
 * Who holds the directory, for the sentence that a second instance gets. Only told, never trusted: what locks is the
 * lock. A file of its own, since whoever opens the lock's file and closes it again drops the lock of its process.
 */
export interface Holder {
  pid: number;
  host: string;
  /** Epoch ms. */
  since: number;
}

export const writeHolder = async (dir: string, since: number): Promise<void> => {
  const holder: Holder = { pid: process.pid, host: hostname(), since };
  const file = join(dir, 'holder.json');
  try {
    await writeFile(`${file}.new`, JSON.stringify(holder), { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch {
    // A sentence less for others.
  }
};

export const readHolder = async (dir: string): Promise<Holder | null> => {
  try {
    const { pid, host, since } = JSON.parse(await readFile(join(dir, 'holder.json'), 'utf8'));
    return typeof pid === 'number' && typeof host === 'string' && typeof since === 'number'
      ? { pid, host, since }
      : null;
  } catch {
    return null;
  }
};
