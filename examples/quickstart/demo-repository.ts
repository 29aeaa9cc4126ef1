import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const git = async (args: readonly string[]): Promise<string> =>
  (await promisify(execFile)('git', [...args])).stdout.trim();

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

export interface DemoRepository {
  url: string;
  tag: string;
  /** Where the ETL lies in it. */
  workingDir: string;
}

/**
 * A repository with the ETL at a tag, so that the demonstration needs no network: a bare clone of this project's own checkout, or,
 * where it is not a checkout, a repository made of this folder.
 */
export const demoRepository = async (dir: string): Promise<DemoRepository> => {
  const bare = join(dir, 'demo.git');
  const tag = 'quickstart';
  await mkdir(dir, { recursive: true });
  if (existsSync(join(root, '.git'))) {
    if (!existsSync(bare)) await git(['clone', '--quiet', '--bare', root, bare]);
    await git(['--git-dir', bare, 'fetch', '--quiet', root, 'HEAD']);
    await git(['--git-dir', bare, 'tag', '--force', tag, 'FETCH_HEAD']);
    return { url: `file://${bare}`, tag, workingDir: 'examples/quickstart/etl' };
  }
  const work = join(dir, 'demo-work');
  await rm(work, { recursive: true, force: true });
  await cp(join(here, 'etl'), join(work, 'etl'), { recursive: true });
  await git(['init', '--quiet', work]);
  await git(['-C', work, 'add', '.']);
  await git([
    '-C',
    work,
    '-c',
    'user.name=quickstart',
    '-c',
    'user.email=quickstart@localhost',
    'commit',
    '--quiet',
    '-m',
    'The ETL',
  ]);
  await git(['-C', work, 'tag', '--force', tag]);
  return { url: `file://${work}`, tag, workingDir: 'etl' };
};
