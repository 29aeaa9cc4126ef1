import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inside } from '../follow/locate.ts';

/** A file that says which packages the code needs. */
export interface PackagesFile {
  kind: PackagesFileKind;
  /** In the checkout. */
  path: string;
  text: string;
}

export type PackagesFileKind = (typeof names)[number][0];

const names = [
  ['requirements', 'requirements.txt'],
  ['environment', 'environment.yml'],
  ['environment', 'environment.yaml'],
  ['pyproject', 'pyproject.toml'],
  ['pipfile', 'Pipfile'],
  ['package-json', 'package.json'],
  ['pnpm-lock', 'pnpm-lock.yaml'],
  ['yarn-lock', 'yarn.lock'],
  ['npm-lock', 'package-lock.json'],
  ['renv', 'renv.lock'],
] as const;

/** Of each kind the one that is nearest: beside the command, else in a folder above it. */
export const packagesFiles = async (root: string, cwd: string): Promise<PackagesFile[]> => {
  const found = new Map<PackagesFileKind, PackagesFile>();
  for (let folder = cwd; inside(root, folder) !== null; folder = dirname(folder)) {
    for (const [kind, name] of names) {
      if (found.has(kind)) continue;
      const text = await readFile(join(folder, name), 'utf8').catch(() => null);
      if (text !== null) found.set(kind, { kind, path: inside(root, join(folder, name)) ?? name, text });
    }
    if (folder === dirname(folder)) break;
  }
  return [...found.values()];
};
