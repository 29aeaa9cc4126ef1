import { rename, rm, writeFile } from 'node:fs/promises';
import { startFailed } from '../../domain/run/launch-errors.ts';
import type { LaunchSecret } from '../../ports/executor.ts';
import { placeInside } from '../shared/executor-kit/place-inside.ts';
import type { AttemptFolder } from './attempt-folder.ts';

/** Puts the secrets that are files into the workspace, readable by their owner alone, each at once in its whole. */
export const writeSecretFiles = async (
  folder: AttemptFolder,
  secrets: readonly LaunchSecret[],
  id: () => string,
): Promise<void> => {
  for (const secret of secrets) {
    if (secret.type !== 'file') continue;
    const target = await placeInside(folder.workspace, secret.location);
    if (target === null || target === folder.workspace)
      throw startFailed('secret-location', `The secret file '${secret.location}' would lie outside of the workspace.`);
    const half = `${target}.${id()}`;
    try {
      await writeFile(half, secret.value, { flag: 'wx', mode: 0o400 });
      await rename(half, target);
    } catch (error) {
      await rm(half, { force: true });
      throw error;
    }
  }
};
