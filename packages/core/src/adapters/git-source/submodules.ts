import { appendFile, lstat, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startFailed } from '../../domain/run/launch-errors.ts';
import { resolveRelative } from '../shared/git/git-url.ts';
import { checkPath } from './check-path.ts';
import { quoted } from './checkout.ts';
import { GitFailed } from './git.ts';
import type { Mirror } from './mirror.ts';

export interface Submodule {
  name: string;
  /** In the parent's folder. */
  path: string;
  /** Absolute; still to be checked. */
  url: string;
  commit: string;
}

/** What `.gitmodules` says at that commit, for the paths where the tree really has a submodule. */
export async function listSubmodules(
  mirror: Mirror,
  { commit, dir }: { commit: string; dir: string },
  signal: AbortSignal,
): Promise<Submodule[]> {
  const file = await lstat(join(dir, '.gitmodules')).catch(() => null);
  if (file === null) return [];
  const settings = await readSettings(mirror, `${commit}:.gitmodules`, signal);
  const wanted = [...settings].filter(([, { path, url }]) => path && url);
  if (wanted.length === 0) return [];
  const paths = wanted.map(([, { path = '' }]) => path);
  const tree = await mirror.git(['ls-tree', '-z', '--full-tree', commit, '--', ...paths], signal);
  const links = new Map(
    [...tree.matchAll(/160000 commit ([0-9a-f]+)\t([^\0]*)\0/g)].map(([, hash, path]) => [path, hash]),
  );
  return wanted.flatMap(([name, { path = '', url = '' }]) => {
    const linked = links.get(path);
    return linked === undefined ? [] : [{ name, path, url: resolveRelative(url, mirror.url), commit: linked }];
  });
}

/** The folder of a submodule, once it is sure that neither its name nor a symlink leads out of its parent. */
export async function submoduleDir(parent: string, { name, path }: Submodule): Promise<string> {
  const fault = checkPath(path);
  const dir = join(parent, path);
  const real = fault ? null : await realpath(dirname(dir)).catch(() => null);
  const inside = real === join(await realpath(parent), dirname(path));
  if (fault || !inside)
    throw startFailed('invalid-source', `The path of submodule "${name}" leaves its repository: ${path}`);
  return dir;
}

/** Lets `git submodule` in the checkout know what is there. */
export async function recordSubmodules(dir: string, submodules: readonly Submodule[]): Promise<void> {
  const sections = submodules.map(
    ({ name, url }) => `[submodule ${quoted(name)}]\n\tactive = true\n\turl = ${quoted(url)}\n`,
  );
  await appendFile(join(dir, '.git', 'config'), sections.join(''));
}

async function readSettings(mirror: Mirror, blob: string, signal: AbortSignal) {
  const settings = new Map<string, { path?: string; url?: string }>();
  const printed = await mirror
    .git(['config', '--blob', blob, '-z', '--get-regexp', '^submodule\\..*\\.(path|url)$'], signal)
    .catch((error: unknown) => {
      if (error instanceof GitFailed && error.exitCode === 1) return ''; // nothing matches
      throw error;
    });
  for (const [, name = '', key = '', value = ''] of printed.matchAll(/submodule\.([^\0]*)\.(path|url)\n([^\0]*)\0/g)) {
    settings.set(name, { ...settings.get(name), [key]: value });
  }
  return settings;
}
