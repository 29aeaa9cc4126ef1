import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './ask-git.ts';

/** Another repository inside this one, at the commit that this one names. */
export interface Submodule {
  /** From the root of the outermost. */
  path: string;
  /** It was never fetched here. */
  isMissing: boolean;
  /** Another commit than the one that is named is checked out, or tracked files of it are changed. */
  isDirty: boolean;
  /** A remote branch of it has the commit that is checked out, as far as is known here. */
  isPushed: boolean;
}

/** Those of a repository, and theirs. */
export const submodulesOf = async (git: Git, root: string, prefix = ''): Promise<Submodule[]> => {
  const listed = await git.askOr(root, [
    'config',
    '-z',
    '-f',
    '.gitmodules',
    '--get-regexp',
    '^submodule\\..*\\.path$',
  ]);
  const paths = (listed ?? '').split('\0').flatMap((entry) => entry.split('\n').slice(1, 2));
  const found: Submodule[] = [];
  for (const path of paths) {
    const [, type, commit] = (await git.askOr(root, ['ls-tree', 'HEAD', '--', path]))?.split(/[ \t]/) ?? [];
    if (type !== 'commit' || commit === undefined) continue;
    const folder = join(root, path);
    const whole = `${prefix}${path}`;
    // Where none was fetched the folder is empty, or is not there.
    const isFetched = await access(join(folder, '.git')).then(
      () => true,
      () => false,
    );
    const head = isFetched
      ? (await git.askOr(folder, ['rev-parse', '--verify', '--quiet', 'HEAD']))?.trim()
      : undefined;
    if (head === undefined) {
      found.push({ path: whole, isMissing: true, isDirty: false, isPushed: true });
      continue;
    }
    const changed = await git.ask(folder, ['status', '--porcelain', '--untracked-files=no', '--ignore-submodules=all']);
    const containing = await git.ask(folder, [
      'for-each-ref',
      '--contains',
      head,
      '--count=1',
      'refs/remotes/',
      'refs/tags/',
    ]);
    found.push({
      path: whole,
      isMissing: false,
      isDirty: head !== commit || changed !== '',
      isPushed: containing !== '',
    });
    found.push(...(await submodulesOf(git, folder, `${whole}/`)));
  }
  return found;
};
