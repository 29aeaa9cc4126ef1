import { join } from 'node:path';
import { whatIs } from '../follow/locate.ts';
import type { Git } from './ask-git.ts';
import { atOnce, type FileState } from './file-states.ts';

/**
 * Of these paths, what git does not have, whatever `git status` leaves out: what lies in a repository of its own, and what it was told
 * not to look at (`--assume-unchanged`, `--skip-worktree`) that differs from what it has.
 */
export const unknownAmong = async (
  git: Git,
  root: string,
  paths: readonly string[],
): Promise<[string, FileState][]> => {
  const [files, unwatched] = [new Set<string>(), new Set<string>()];
  for (let from = 0; from < paths.length; from += atOnce) {
    const chosen = paths.slice(from, from + atOnce).map((path) => `:(top,literal)${path}`);
    const listed = await git.ask(root, ['ls-files', '-v', '-z', '--', ...chosen]);
    for (const line of listed.split('\0').filter((each) => each !== '')) {
      files.add(line.slice(2));
      if (/^[a-zS]/.test(line)) unwatched.add(line.slice(2));
    }
  }
  const folders = new Set([...files].flatMap(above));
  const unknown = paths.filter((path) => !files.has(path) && !folders.has(path));
  return [
    ...(await Promise.all(unknown.map(async (path) => [path, await stateOf(root, path)] as [string, FileState]))),
    ...(await changedAmong(git, root, [...unwatched])),
  ];
};

// Outside of what git was told to check out there is nothing that could be read.
const changedAmong = async (git: Git, root: string, paths: readonly string[]): Promise<[string, FileState][]> => {
  const changed: [string, FileState][] = [];
  for (const path of paths) {
    if ((await whatIs(join(root, path))) !== 'file') continue;
    const here = await git.ask(root, ['hash-object', '--', path]);
    if (here !== (await git.askOr(root, ['rev-parse', '--verify', '--quiet', `HEAD:${path}`])))
      changed.push([path, 'changed']);
  }
  return changed;
};

const stateOf = async (root: string, path: string): Promise<FileState> => {
  for (const folder of [path, ...above(path)]) if ((await whatIs(join(root, folder, '.git'))) !== null) return 'nested';
  return 'untracked';
};

/** `a/b`, `a` of `a/b/c`. */
const above = (path: string): string[] => {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/')).reverse();
};
