import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFailed } from '../../domain/run/launch-errors.ts';
import type { LaunchSecret } from '../../ports/executor.ts';
import { placeInside } from '../shared/executor-kit/place-inside.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { makeInMemory } from './memory-folder.ts';

/**
 * Puts the secrets that are files where their job finds them, readable by their owner alone, each at once in its whole: in memory, with a link from the
 * workspace; in the workspace itself where the machine has no such place, or too little of it.
 */
export const writeSecretFiles = async (
  folder: AttemptFolder,
  secrets: readonly LaunchSecret[],
  id: () => string,
): Promise<void> => {
  const files = secrets.filter(({ type }) => type === 'file');
  const inMemory = files.length > 0 && (await makeInMemory(folder.memory));
  for (const [index, { location, value }] of files.entries()) {
    const target = await placeInside(folder.workspace, location);
    if (target === null || target === folder.workspace)
      throw startFailed('secret-location', `The secret file '${location}' would lie outside of the workspace.`);
    const kept = join(folder.memory, String(index));
    const isKept = inMemory && (await isWritten(kept, value, id));
    await appear(target, id, (half) => (isKept ? symlink(kept, half) : writeOnce(half, value)));
  }
};

const isWritten = (path: string, value: string, id: () => string): Promise<boolean> =>
  appear(path, id, (half) => writeOnce(half, value)).then(
    () => true,
    () => false,
  );

const writeOnce = (path: string, value: string): Promise<void> => writeFile(path, value, { flag: 'wx', mode: 0o400 });

// Several may start it at once.
const appear = async (path: string, id: () => string, make: (half: string) => Promise<void>): Promise<void> => {
  const half = `${path}.${id()}`;
  try {
    await make(half);
    await rename(half, path);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
};
