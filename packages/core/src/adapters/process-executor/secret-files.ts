import { randomUUID } from 'node:crypto';
import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { workspacePath } from '../../domain/job/workspace-path.ts';
import { startFailed } from '../../domain/run/launch-errors.ts';
import type { LaunchSecret } from '../../ports/executor.ts';
import { placeInside } from '../shared/executor-kit/place-inside.ts';
import { makeInMemory } from '../shared/memory-folder.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { errno } from './files.ts';

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
    const kept = join(folder.memory, String(index));
    const isKept = inMemory && (await isWritten(kept, value, id));
    try {
      const target = await targetOf(folder, location);
      await appear(target, id, (half) => (isKept ? symlink(kept, half) : writeOnce(half, value)));
    } catch (error) {
      const why = inTheWay[errno(error) ?? ''];
      if (why === undefined) throw error;
      throw startFailed(
        'secret-location',
        `The secret file '${location}' cannot be put into the workspace: ${why}. Give it another location.`,
        error,
      );
    }
  }
};

// Only the folder above it has to lie inside: what has its own name is replaced and never followed, as the link of a start that was cut short.
const targetOf = async ({ workspace }: AttemptFolder, location: string): Promise<string> => {
  const path = workspacePath(location) ?? '.';
  const beside = path === '.' ? null : await placeInside(workspace, join(dirname(path), `.${randomUUID()}`));
  if (beside !== null) return join(dirname(beside), basename(path));
  throw startFailed('secret-location', `The secret file '${location}' would lie outside of the workspace.`);
};

/** What the sources may have brought to its place. */
const inTheWay: Record<string, string> = {
  EISDIR: 'a folder is there',
  ENOTEMPTY: 'a folder is there',
  ENOTDIR: 'what is above it is no folder',
  EEXIST: 'what is above it is no folder',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'links are above it that lead nowhere',
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
