import type { Git } from './ask-git.ts';

/** `nested`: in a repository of its own, of which this one knows nothing. */
export type FileState = 'changed' | 'untracked' | 'ignored' | 'nested';

/** Paths in a repository that are not there as they are committed, with what is wrong with them. */
export type FileStates = ReadonlyMap<string, FileState>;

/** A command line holds about that many paths. */
export const atOnce = 200;

/** Of these paths, and what is below those that are folders. */
export const statesOf = async (git: Git, root: string, paths: readonly string[]): Promise<FileStates> => {
  const states = new Map<string, FileState>();
  for (let from = 0; from < paths.length; from += atOnce) {
    const chosen = paths.slice(from, from + atOnce).map((path) => `:(top,literal)${path}`);
    const text = await git.ask(root, [...status, '--untracked-files=all', '--ignored=matching', '--', ...chosen]);
    for (const [path, state] of parsed(text)) states.set(path, state);
  }
  return states;
};

/** Of all paths; folders of which nothing is tracked are one. */
export const allStates = async (git: Git, root: string): Promise<FileStates> =>
  new Map(parsed(await git.ask(root, [...status, '--untracked-files=normal'])));

/** What is wrong with a path, or with what is below it: the paths that are not as they are committed. */
export const statesAt = (states: FileStates, path: string): [string, FileState][] =>
  [...states].filter(
    ([each]) => each === path || each.startsWith(`${path}/`) || (each.endsWith('/') && `${path}/`.startsWith(each)),
  );

const status = ['status', '--porcelain=v2', '-z', '--no-renames', '--ignore-submodules=all'];

const parsed = (text: string): [string, FileState][] =>
  text.split('\0').flatMap((line): [string, FileState][] => {
    if (line.startsWith('? ')) return [[line.slice(2), 'untracked']];
    if (line.startsWith('! ')) return [[line.slice(2), 'ignored']];
    // Eight fields stand in front of a changed path, ten in front of one with a conflict.
    const path = line.startsWith('1 ') ? fieldsFrom(line, 8) : line.startsWith('u ') ? fieldsFrom(line, 10) : null;
    return path === null ? [] : [[path, 'changed']];
  });

const fieldsFrom = (line: string, index: number): string => line.split(' ').slice(index).join(' ');
