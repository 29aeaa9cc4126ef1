import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { inside } from '../follow/locate.ts';
import { type Git, GitRefused } from './ask-git.ts';
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
  /** Those that point at the commit: first those that are plain versions, the newest first. */
  tags: readonly string[];
  /** All that there are, wherever they point. */
  allTags: readonly string[];
  remote: Remote | null;
  /** The names of all remotes. */
  remotes: readonly string[];
  /** Branches of the remote that have the commit, and their tips, as they were when it was last fetched from or pushed to. */
  containing: ReadonlyMap<string, string>;
  submodules: readonly Submodule[];
  /** Some of its files are kept by git-lfs. */
  usesLfs: boolean;
}

export interface ReadOptions {
  /** Whether the remote may be called. */
  ask: boolean;
  /** Its name; undefined: it is chosen. */
  remote: string | undefined;
}

/** Null: the folder is in no checkout. Throws `GitRefused`. */
export const readCheckout = async (
  git: Git,
  folder: string,
  { ask, remote: wanted }: ReadOptions,
): Promise<Checkout | null> => {
  const top = await topOf(git, folder);
  if (top === null) return null;
  const root = await realpath(top);
  const [commit, branch, remotes, allTags] = await Promise.all([
    git.askOr(root, ['rev-parse', '--verify', '--quiet', 'HEAD']),
    git.askOr(root, ['symbolic-ref', '--short', '--quiet', 'HEAD']),
    git.ask(root, ['remote']).then(lines),
    git.ask(root, ['tag', ...newestFirst]).then(lines),
  ]);
  const name = branch?.trim() ?? null;
  const [remote, tags, submodules, usesLfs] = await Promise.all([
    remoteOf(git, root, { branch: name, names: remotes, wanted, ask }),
    commit === null ? '' : git.ask(root, ['tag', '--points-at', 'HEAD', ...newestFirst]),
    commit === null ? [] : submodulesOf(git, root),
    hasLfs(root),
  ]);
  return {
    root,
    directory: inside(root, await realpath(folder)) ?? '',
    commit: commit?.trim() ?? null,
    branch: name,
    tags: versionsFirst(lines(tags)),
    allTags,
    remote,
    remotes,
    containing: commit === null || remote === null ? new Map() : await branchesWith(git, root, remote.name),
    submodules,
    usesLfs,
  };
};

// Only these words of git mean that there is none: it may also be one that it will not, or cannot, read.
const topOf = async (git: Git, folder: string): Promise<string | null> => {
  try {
    return (await git.ask(folder, ['rev-parse', '--show-toplevel'])).replace(/\n$/, '') || null;
  } catch (error) {
    if (error instanceof GitRefused && /^fatal: not a git repository \(or any /m.test(error.message)) return null;
    throw error;
  }
};

const newestFirst = ['--no-column', '--sort=-version:refname'];

// Of v1.0.0 and v1.0.0-rc1 git takes the second for the newer one.
const versionsFirst = (tags: readonly string[]): string[] => [
  ...tags.filter((tag) => isVersion(tag)),
  ...tags.filter((tag) => !isVersion(tag)),
];

const isVersion = (tag: string): boolean => /^v?\d+(\.\d+)*$/.test(tag);

const branchesWith = async (git: Git, root: string, remote: string): Promise<Map<string, string>> => {
  const format = '--format=%(objectname) %(refname:lstrip=3)';
  const listed = lines(await git.ask(root, ['for-each-ref', '--contains', 'HEAD', format, `refs/remotes/${remote}/`]));
  const branches = listed.map((line): [string, string] => {
    const at = line.indexOf(' ');
    return [line.slice(at + 1), line.slice(0, at)];
  });
  return new Map(branches.filter(([branch]) => branch !== 'HEAD'));
};

const hasLfs = async (root: string): Promise<boolean> =>
  /\bfilter=lfs\b/.test(await readFile(join(root, '.gitattributes'), 'utf8').catch(() => ''));

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
