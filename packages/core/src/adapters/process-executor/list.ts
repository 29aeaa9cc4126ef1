import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Listed } from '../../ports/executor.ts';
import type { Host } from '../../ports/host.ts';
import { attemptFolder, attemptsDir } from './attempt-folder.ts';
import { isAbsent, readNote } from './files.ts';
import { isSafe, parseFolderName } from './handle.ts';
import { lookAt } from './look.ts';

/** Every attempt of an installation at this place. Half-made ones are `prepared`, and so are half-deleted ones: nothing of theirs runs. */
export async function* listAttempts(host: Host, installation: string, signal: AbortSignal): AsyncIterable<Listed> {
  if (!isSafe(installation)) return;
  const parent = join(attemptsDir(host.dataDir), installation);
  for (const name of await namesIn(parent)) {
    signal.throwIfAborted();
    const found = parseFolderName(name);
    const createdAt = found === null ? null : await birthOf(join(parent, name));
    if (found === null || createdAt === null) continue;
    const handle = { v: 1 as const, place: host.place, installation, ...found };
    const folder = attemptFolder(host.dataDir, handle);
    const [{ state }, gpus] = await Promise.all([lookAt(folder), readNote(folder.gpus)]);
    yield {
      key: found.key,
      handle,
      state: state === 'missing' ? 'prepared' : state,
      createdAt,
      ...(gpus && { gpus: gpus.text.split('\n').filter(Boolean) }),
    };
  }
}

const namesIn = async (path: string): Promise<string[]> => {
  try {
    return await readdir(path);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
};

const birthOf = async (path: string): Promise<number | null> => {
  try {
    const { birthtimeMs, mtimeMs } = await stat(path);
    return Math.round(birthtimeMs || mtimeMs);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
};
