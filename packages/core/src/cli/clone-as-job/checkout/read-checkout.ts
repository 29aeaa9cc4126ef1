import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { inside } from '../follow/locate.ts';
import type { Git } from './ask-git.ts';
import { type Remote, remoteOf } from './remote.ts';
import { type Submodule, submodulesOf } from './submodules.ts';

/** What git says of the checkout. */
export interface Checkout {
  /** Absolute, without links. */
  root: string;
  /** Where the command runs, from the root; '' is the root. */
  directory: string;
  /** Null: nothing was committed yet. */
  commit: string | null;
  /** Null: HEAD is at no branch. */
  branch: string | null;
  /** Those that point at the commit, newest version first. */
  tags: readonly string[];
  remote: Remote | null;
  /** Branches of the remote that have the commit, as they were when it was last fetched from or pushed to. */
  containing: readonly string[];
  submodules: readonly Submodule[];
  /** Some of its files are kept by git-lfs. */
  usesLfs: boolean;
}

/** Null: the folder is in no checkout. `ask`: whether the remote may be called. */
export const readCheckout = async (git: Git, folder: string, { ask }: { ask: boolean }): Promise<Checkout | null> => {
  const top = (await git.askOr(folder, ['rev-parse', '--show-toplevel']))?.trim();
  if (top === undefined || top === '') return null;
  const root = await realpath(top);
  const [commit, branch] = await Promise.all([
    git.askOr(root, ['rev-parse', '--verify', 'HEAD^{commit}']),
    git.askOr(root, ['symbolic-ref', '--short', '--quiet', 'HEAD']),
  ]);
  const name = branch?.trim() ?? null;
  const [remote, tags, submodules, usesLfs] = await Promise.all([
    remoteOf(git, root, { branch: name, ask }),
    commit === null ? '' : git.ask(root, ['tag', '--no-column', '--points-at', 'HEAD', '--sort=-version:refname']),
    submodulesOf(git, root),
    hasLfs(root),
  ]);
  return {
    root,
    directory: inside(root, await realpath(folder)) ?? '',
    commit: commit?.trim() ?? null,
    branch: name,
    tags: lines(tags),
    remote,
    containing: commit === null || remote === null ? [] : await branchesWith(git, root, remote.name),
    submodules,
    usesLfs,
  };
};

const branchesWith = async (git: Git, root: string, remote: string): Promise<string[]> =>
  lines(
    await git.ask(root, [
      'for-each-ref',
      '--contains',
      'HEAD',
      '--format=%(refname:lstrip=3)',
      `refs/remotes/${remote}/`,
    ]),
  ).filter((branch) => branch !== 'HEAD');

const hasLfs = async (root: string): Promise<boolean> =>
  /\bfilter=lfs\b/.test(await readFile(join(root, '.gitattributes'), 'utf8').catch(() => ''));

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
