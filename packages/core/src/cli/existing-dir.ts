import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { unusable } from '../adapters/data-dir/unusable.ts';
import { RunyardError } from '../domain/errors.ts';

/** A typing error must not make a data directory. Throws `data-dir-unusable` where there is none. */
export const existingDir = async (dir: string): Promise<Stats> => {
  const found = await stat(dir).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'ENOENT') throw unusable(dir, error);
    return null;
  });
  if (found?.isDirectory()) return found;
  throw new RunyardError(
    'data-dir-unusable',
    `There is no data directory ${dir}: give the \`dataDir\` of the host, as seen from here.`,
    { field: 'dataDir', expected: 'a directory that a host has made', received: dir },
  );
};

/** For what writes in it: files of another user would keep the host out. */
export const ownDir = async (dir: string): Promise<void> => {
  const { uid } = await existingDir(dir);
  const ours = process.getuid?.();
  if (ours === undefined || uid === ours) return;
  throw new RunyardError(
    'data-dir-unusable',
    `The data directory ${dir} belongs to user ${uid}, and this is user ${ours}: call this as the host's user, whom files of another would keep out.`,
    { field: 'dataDir', expected: `user ${uid}`, received: `user ${ours}` },
  );
};
