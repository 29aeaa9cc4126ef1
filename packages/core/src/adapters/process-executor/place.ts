import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ExecutorUnavailable } from '../../domain/errors.ts';
import type { Host } from '../../ports/host.ts';
import { attemptsDir } from './attempt-folder.ts';
import { createNote, readNote } from './files.ts';

const placeFile = (dataDir: string): string => join(attemptsDir(dataDir), 'place');

/** Makes the folder of attempts, if need be, and writes down whose it is. */
export const openPlace = async ({ dataDir, place }: Host): Promise<void> => {
  if ((await readNote(placeFile(dataDir)))?.text.trim() === place) return;
  try {
    await mkdir(attemptsDir(dataDir), { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST'))
      throw new ExecutorUnavailable(`The folder of attempts cannot be made in ${dataDir}: ${String(error)}`, {
        cause: error,
      });
  }
  await createNote(placeFile(dataDir), `${place}\n`);
  await verifyPlace({ dataDir, place });
};

/** "It is gone" may be said only by someone who stands at the right place: a data directory that is not mounted has no attempts. */
export const verifyPlace = async ({ dataDir, place }: Pick<Host, 'dataDir' | 'place'>): Promise<void> => {
  const note = await readNote(placeFile(dataDir));
  if (note?.text.trim() === place) return;
  const found = note === null ? 'nothing there says so' : `it is that of ${note.text.trim()}`;
  throw new ExecutorUnavailable(
    `${attemptsDir(dataDir)} is not the folder of attempts of the place ${place}: ${found}. Is the right disk mounted?`,
  );
};
