import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Search } from './needles.ts';

export interface SeenFile {
  path: string;
  /** Its permissions, as in `0600`. */
  mode: string;
  what: string[];
}

/** Every file below a folder in which any of these is seen; and how much was looked through. What goes away meanwhile is gone. */
export const searchFiles = async (
  folder: string,
  seenIn: Search,
): Promise<{ seen: SeenFile[]; files: number; bytes: number }> => {
  const result = { seen: [] as SeenFile[], files: 0, bytes: 0 };
  for await (const path of filesBelow(folder)) {
    const read = await Promise.all([readFile(path), lstat(path)]).catch(nullIfGone);
    if (read === null) continue;
    const [bytes, { mode }] = read;
    result.files++;
    result.bytes += bytes.length;
    const what = seenIn(bytes);
    if (what.length > 0) result.seen.push({ path, mode: (mode & 0o777).toString(8).padStart(4, '0'), what });
  }
  return result;
};

async function* filesBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(nullIfGone);
  for (const entry of entries ?? []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

const nullIfGone = (error: NodeJS.ErrnoException): null => {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
};
