import { join } from 'node:path';
import type { Git } from './ask-git.ts';
import { allStates, type FileState, type FileStates, statesAt, statesOf } from './file-states.ts';
import { unknownAmong } from './known-files.ts';

/** A path that is not as it is committed, from the root of the checkout. */
export interface Uncommitted {
  path: string;
  state: FileState;
}

/** Which of these paths, or of what is below them, are not as they are committed, and by which of them that was found. */
export const uncommittedAmong = async (
  git: Git,
  root: string,
  { paths, submodules }: { paths: readonly string[]; submodules: readonly string[] },
): Promise<Map<string, Uncommitted[]>> => {
  const found = new Map<string, Uncommitted[]>();
  // Each repository knows its own files.
  for (const repository of ['', ...submodules]) {
    const ours = paths.filter((path) => repositoryOf(path, submodules) === repository);
    const below = (path: string): string => (repository === '' ? path : path.slice(repository.length + 1));
    const states: FileStates = await statesOf(git, join(root, repository), ours.map(below));
    const unknown = new Map(await unknownAmong(git, join(root, repository), ours.map(below)));
    for (const path of ours) {
      const wrong = statesAt(states, below(path)).map(([each, state]) => ({ path: join(repository, each), state }));
      // What is below an ignored or untracked folder was said by that.
      const more = statesAt(unknown, below(path)).filter(([each, state]) =>
        state === 'changed' ? !states.has(each) : each === below(path) && wrong.length === 0,
      );
      wrong.push(...more.map(([each, state]) => ({ path: join(repository, each), state })));
      if (wrong.length > 0) found.set(path, wrong);
    }
  }
  return found;
};

/** All of the outermost repository. */
export const allUncommitted = async (git: Git, root: string): Promise<Uncommitted[]> =>
  [...(await allStates(git, root))].map(([path, state]) => ({ path, state }));

const repositoryOf = (path: string, submodules: readonly string[]): string =>
  submodules.filter((each) => path.startsWith(`${each}/`)).sort((a, b) => b.length - a.length)[0] ?? '';
