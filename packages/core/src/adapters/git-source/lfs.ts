import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { startFailed } from '../../domain/run/launch-errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GitCredential } from '../../ports/source.ts';
import { allowedProtocols } from '../shared/git/git-url.ts';
import { withAccess } from './auth.ts';
import { checkUrl } from './check-url.ts';
import type { LocalRepositories } from './fault.ts';
import { GitFailed, git } from './git.ts';
import type { Mirror } from './mirror.ts';
import { networkGit } from './network-git.ts';
import type { Workplace } from './workplace.ts';

export interface LfsOptions {
  mirror: Mirror;
  dir: string;
  commit: string;
  credential: GitCredential | null;
  allowed: LocalRepositories;
  workplace: Workplace;
  silenceMs: number;
  clock: Clock;
  signal: AbortSignal;
}

/** Replaces the pointers in a checkout by the files that they stand for. */
export async function pullLfs(options: LfsOptions): Promise<void> {
  const { mirror, dir, credential, workplace, silenceMs, clock, signal } = options;
  await checkLfsConfig(options);
  await withAccess(mirror.url, { credential, workplace }, async (access) => {
    const env = {
      ...workplace.env,
      ...access.env,
      GIT_DIR: join(dir, '.git'),
      GIT_WORK_TREE: dir,
      GIT_ALLOW_PROTOCOL: allowedProtocols(mirror.url),
    };
    try {
      const call = { env, cwd: dir, signal };
      await git(['lfs', 'install', '--local', '--skip-repo'], call); // also for the job's own git
      await networkGit(['lfs', 'pull', 'origin'], { ...call, config: access.config, silenceMs, clock });
    } catch (error) {
      if (!(error instanceof GitFailed) || !/'lfs' is not a git command/.test(error.stderr)) throw error;
      const sentence =
        'The source asks for LFS, but git-lfs is not installed on this host; install it or switch lfs off.';
      throw startFailed('invalid-source', sentence, error);
    }
  });
}

// A repository may say where its LFS files lie: that is one more URL that comes from outside.
async function checkLfsConfig({ mirror, dir, commit, allowed, signal }: LfsOptions): Promise<void> {
  if ((await lstat(join(dir, '.lfsconfig')).catch(() => null)) === null) return;
  const printed = await mirror
    .git(['config', '--blob', `${commit}:.lfsconfig`, '-z', '--get-regexp', 'url$'], signal)
    .catch((error: unknown) => {
      if (error instanceof GitFailed && error.exitCode === 1) return '';
      throw error;
    });
  for (const [, url = ''] of printed.matchAll(/\n([^\0]*)\0/g)) {
    const fault = checkUrl(url, allowed);
    if (fault) throw startFailed('invalid-source', `An URL in .lfsconfig ${fault.says}`);
  }
}
