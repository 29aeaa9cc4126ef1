import { appendFile, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { infrastructureFailed } from '../../domain/run/launch-errors.ts';
import { git } from './git.ts';
import { linkObjects } from './link-objects.ts';
import type { Mirror } from './mirror.ts';
import type { Workplace } from './workplace.ts';

export interface CheckoutOptions {
  mirror: Mirror;
  commit: string;
  dir: string;
  workplace: Workplace;
  signal: AbortSignal;
}

/** A repository of its own at `dir`, with the commit checked out and `origin` as it was asked for. */
export async function checkOut({ mirror, commit, dir, workplace, signal }: CheckoutOptions): Promise<void> {
  await makeEmpty(dir);
  const gitDir = join(dir, '.git');
  const format = commit.length === 64 ? 'sha256' : 'sha1';
  const [refs] = await Promise.all([
    // Before the objects are linked, so that there is none that lacks its object.
    mirror.git(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags'], signal),
    git(['init', `--object-format=${format}`, '--', dir], { env: workplace.env, cwd: dir, signal }),
  ]);
  await Promise.all([
    linkObjects(mirror.dir, gitDir),
    copyFile(join(mirror.dir, 'shallow'), join(gitDir, 'shallow')).catch(() => {}), // only where its origin is shallow
    writeFile(join(gitDir, 'packed-refs'), asRemoteRefs(refs)),
    appendFile(join(gitDir, 'config'), originConfig(mirror.url)),
  ]);
  const env = { ...workplace.env, GIT_DIR: gitDir, GIT_WORK_TREE: dir };
  await git(['checkout', '--detach', '--force', commit], { env, cwd: dir, signal });
}

/** A value as a git config file wants it. */
export const quoted = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

async function makeEmpty(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  if ((await readdir(dir)).length === 0) return;
  throw infrastructureFailed('data-dir-unusable', `The folder for the checkout is not empty: ${dir}`);
}

// The mirror's branches are the checkout's remote branches, as after a clone.
const asRemoteRefs = (refs: string): string => refs.replaceAll(/^(\S+) refs\/heads\//gm, '$1 refs/remotes/origin/');

const originConfig = (url: string): string =>
  `[remote "origin"]\n\turl = ${quoted(url)}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`;
