import { mkdir, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { workspacePath } from '../../../domain/job/workspace-path.ts';

/**
 * The absolute path of something to be made in the workspace, whose parent folder exists afterwards; null where it would leave the
 * workspace, by its name or by a symlink that an earlier source brought.
 */
export const placeInside = async (workspace: string, path: string): Promise<string | null> => {
  const clean = workspacePath(path);
  if (clean === null) return null;
  const root = await realpath(workspace);
  if (clean === '.') return root;
  const target = join(root, clean);
  if (!isInside(root, await realAncestor(target))) return null;
  await mkdir(dirname(target), { recursive: true });
  return isInside(root, await realpath(dirname(target))) ? target : null;
};

// The real path of the deepest part that exists, the thing itself included.
const realAncestor = async (path: string): Promise<string> => {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    return realAncestor(dirname(path));
  }
};

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

const isInside = (root: string, path: string): boolean => path === root || path.startsWith(root + sep);
