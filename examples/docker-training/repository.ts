import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The folder `model/` as a repository of its own, as yours would be on a server. */
export const modelRepository = async (dir: string): Promise<{ url: string; tag: string }> => {
  const work = join(dir, 'model-repository');
  const git = async (...args: string[]): Promise<void> => {
    await promisify(execFile)('git', ['-C', work, ...args]);
  };
  await rm(work, { recursive: true, force: true });
  await cp(fileURLToPath(new URL('model', import.meta.url)), work, { recursive: true });
  await git('init', '--quiet');
  await git('add', '.');
  await git('-c', 'user.name=example', '-c', 'user.email=example@localhost', 'commit', '--quiet', '-m', 'The model');
  await git('tag', 'v1');
  return { url: `file://${work}`, tag: 'v1' };
};
