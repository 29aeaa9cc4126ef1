import { readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { inside } from '../follow/locate.ts';

/** A file that says which packages the code needs. */
export interface PackagesFile {
  kind: PackagesFileKind;
  /** In the checkout. */
  path: string;
  text: string;
}

/** `included`: what a requirements.txt takes in by `-r`. */
export type PackagesFileKind = (typeof names)[number][0] | 'included';

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
  const requirements = found.get('requirements');
  return [...found.values(), ...(requirements === undefined ? [] : await included(root, requirements))];
};

// Also by those that they take in.
const included = async (root: string, from: PackagesFile): Promise<PackagesFile[]> => {
  const files: PackagesFile[] = [];
  const seen = new Set([from.path]);
  const take = async ({ path, text }: PackagesFile): Promise<void> => {
    for (const [, name = ''] of text.matchAll(/^\s*(?:-r|--requirement)[ =]*([^\s#]+)/gm)) {
      const inner = posix.join(posix.dirname(path), name);
      if (seen.has(inner) || inside(root, join(root, inner)) === null) continue;
      seen.add(inner);
      const file = await readFile(join(root, inner), 'utf8').catch(() => null);
      if (file === null) continue;
      files.push({ kind: 'included', path: inner, text: file });
      await take({ kind: 'included', path: inner, text: file });
    }
  };
  await take(from);
  return files;
};
