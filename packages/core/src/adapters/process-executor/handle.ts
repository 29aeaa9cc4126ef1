import { ExecutorUnavailable } from '../../domain/errors.ts';
import type { Handle } from '../../domain/run/run.ts';

/** Where an attempt lies: `<dataDir>/attempts/<installation>/<key>.<id>`. A new id each time one is prepared. */
export interface ProcessHandle extends Handle {
  v: 1;
  installation: string;
  key: string;
  id: string;
}

/** Throws `ExecutorUnavailable` for a handle of another place or version: we are not the one to ask. */
export const readHandle = (handle: Handle, place: string): ProcessHandle => {
  if (handle.place !== place)
    throw new ExecutorUnavailable(
      `The attempt lives at the place ${handle.place}, and this data directory is ${place}: ask the instance that serves it.`,
    );
  const { v, installation, key, id } = handle;
  if (v === 1 && isSafe(installation) && isSafe(key) && isSafe(id)) return { v, place, installation, key, id };
  throw new ExecutorUnavailable('The handle is not one that this version of the process executor can read.');
};

/** Fit to be the name, or part of the name, of a folder. */
export const isSafe = (name: unknown): name is string =>
  typeof name === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name);

export const folderName = ({ key, id }: { key: string; id: string }): string => `${key}.${id}`;

/** The key and id in a folder's name, also of one that is being removed; null for anything else. */
export const parseFolderName = (name: string): { key: string; id: string } | null => {
  const match = /^(?:\.gone-)?([A-Za-z0-9][A-Za-z0-9._-]*)\.([0-9a-f]+)$/.exec(name);
  return match?.[1] === undefined || match[2] === undefined ? null : { key: match[1], id: match[2] };
};
