import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A repository of 200 files of 4 KiB. */
export const smallRepository = async (dir: string): Promise<string> => {
  const git = async (...args: string[]): Promise<void> => {
    await promisify(execFile)('git', ['-C', dir, ...args]);
  };
  for (let folder = 0; folder < 10; folder++) {
    await mkdir(join(dir, `part-${folder}`), { recursive: true });
    for (let file = 0; file < 20; file++)
      await writeFile(join(dir, `part-${folder}`, `file-${file}`), `${folder} ${file}\n`.repeat(700));
  }
  await git('init', '--quiet');
  await git('add', '.');
  await git('-c', 'user.name=bench', '-c', 'user.email=bench@localhost', 'commit', '--quiet', '-m', 'files');
  return dir;
};
