import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const git = (...args: string[]): Promise<unknown> => promisify(execFile)('git', args);

/** 50 MB in 500 files that do not compress, with a branch `main`. */
export const bigRepository = async (dir: string): Promise<string> => {
  await git('init', '--quiet', '--initial-branch=main', dir);
  for (let folder = 0; folder < 20; folder++) {
    await mkdir(join(dir, `part-${folder}`));
    for (let file = 0; file < 25; file++)
      await writeFile(join(dir, `part-${folder}`, `${file}.bin`), randomBytes(100_000));
  }
  await git('-C', dir, 'add', '.');
  await git('-C', dir, '-c', 'user.name=bench', '-c', 'user.email=bench@localhost', 'commit', '--quiet', '-m', 'data');
  return dir;
};

/** What a person would type with a mirror at hand: fetch, then a fresh checkout. Ms. */
export const gitAlone = async (url: string, dir: string): Promise<number> => {
  const mirror = join(dir, 'own-mirror.git');
  const checkout = join(dir, 'own-checkout');
  if (!existsSync(mirror)) await git('clone', '--quiet', '--mirror', `file://${url}`, mirror);
  const from = performance.now();
  await git('-C', mirror, 'fetch', '--quiet', '--prune', 'origin');
  await git('clone', '--quiet', '--shared', '--branch', 'main', mirror, checkout);
  const ms = performance.now() - from;
  await rm(checkout, { recursive: true });
  return ms;
};
