import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { absolute, inside, isFile, noteRead } from './locate.ts';
import { type CodeTask, note, type Trail } from './trail.ts';

export interface EnvLoad {
  /** As it is named in the call; null: `.env`. */
  path: string | null;
  line: number;
  /** Where it is looked for: beside the program and in each folder above it, or where that runs. */
  from: 'program' | 'cwd';
}

/** Notes a file of variables that a program loads where it is there, and their names. */
export const followEnvFile = async (trail: Trail, { path, line, from }: EnvLoad, task: CodeTask): Promise<void> => {
  const { cwd, by, file } = task;
  const folders = path === null && from === 'program' ? foldersUp(trail, file === null ? cwd : dirname(file)) : [cwd];
  for (const folder of folders) {
    const found = absolute(trail.place, path ?? '.env', folder);
    if (!(await isFile(found))) continue;
    await noteRead(trail, { path: found, written: path ?? '.env', by, line, how: 'env' });
    const name = inside(trail.place.root, found);
    if (name !== null) note(trail.envFiles, name, namesIn(await readFile(found, 'utf8').catch(() => '')));
    return;
  }
};

const foldersUp = ({ place: { root } }: Trail, start: string): string[] => {
  const folders: string[] = [];
  for (let folder = start; inside(root, folder) !== null; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === join(folder, '..')) break;
  }
  return folders;
};

const namesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/gm)].map(([, name = '']) => name)),
];
