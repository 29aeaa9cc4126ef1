import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isFile } from './locate.ts';

/**
 * The files of a Python module below a folder: the `__init__` of each package on the way, the module itself, and those of `parts`
 * that are modules of it. Empty: it is not there.
 */
export const findModule = async (root: string, name: string, parts: readonly string[]): Promise<string[]> => {
  const names = name === '' ? [] : name.split('.');
  const files: string[] = [];
  let folder = root;
  for (const [index, each] of names.entries()) {
    folder = join(folder, each);
    const init = join(folder, '__init__.py');
    if (await isFile(init)) files.push(init);
    else if (index === names.length - 1) files.push(...(await moduleFile(folder)));
  }
  for (const part of parts) {
    const inner = join(folder, part);
    const init = join(inner, '__init__.py');
    files.push(...((await isFile(init)) ? [init] : await moduleFile(inner)));
  }
  return files;
};

// Its source, or where it was compiled what that gave.
const moduleFile = async (path: string): Promise<string[]> => {
  if (await isFile(`${path}.py`)) return [`${path}.py`];
  const beside = await readdir(dirname(path)).catch(() => []);
  return beside
    .filter((name) => name.startsWith(`${basename(path)}.`) && /\.(so|pyd)$/.test(name))
    .map((name) => join(dirname(path), name));
};
