import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { RunyardError } from '../../domain/errors.ts';
import { unusable } from './unusable.ts';

/**
 * The random id that the directory got when it was first opened. Called under the lock. Written aside and renamed, so
 * that a place is whole or not there: one that changed would disown every process that runs here.
 */
export const ownPlace = async (dir: string): Promise<string> => {
  const file = join(dir, 'place');
  const known = await readIfThere(file);
  if (known !== null) return checked(known, file);
  const place = randomBytes(16).toString('hex');
  try {
    await writeDurably(`${file}.new`, `${place}\n`);
    await rename(`${file}.new`, file);
    await syncFolder(dir);
  } catch (error) {
    throw unusable(dir, error);
  }
  return place;
};

const readIfThere = async (file: string): Promise<string | null> => {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null;
    throw error;
  }
};

const checked = (place: string, file: string): string => {
  if (/^[0-9a-f]{32}$/.test(place)) return place;
  throw new RunyardError(
    'data-dir-unusable',
    `${file} does not hold the directory's id (32 hex digits): put back what it held, or remove it when no job of this directory runs any more.`,
    { field: 'dataDir', expected: '32 hex digits', received: place.slice(0, 80) },
  );
};

const writeDurably = async (file: string, text: string): Promise<void> => {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const syncFolder = async (dir: string): Promise<void> => {
  if (process.platform === 'win32') return; // opens no folders
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
