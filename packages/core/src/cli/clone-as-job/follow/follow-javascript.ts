import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { readJavascript } from '../reading/javascript.ts';
import { followEnvFile } from './follow-env-file.ts';
import { followLiterals } from './follow-literals.ts';
import { isFile } from './locate.ts';
import { type CodeTask, note, type Trail } from './trail.ts';

/** Follows the relative imports of a JavaScript or TypeScript program, and what it opens. */
export const followJavascript = async (trail: Trail, task: CodeTask): Promise<void> => {
  const { imports, literals, variables } = readJavascript(task.text);
  const { by, cwd, file } = task;
  for (const name of variables) note(trail.variables, name, by);
  if (imports.some(({ name }) => /^dotenv(\/config)?$/.test(name)))
    await followEnvFile(trail, { path: null, line: 1, from: 'cwd' }, task);
  const names = new Set(imports.map(({ name }) => name));
  for (const name of names) {
    if (!/^(\.|\/|file:)/.test(name)) {
      if (!isBuiltin(name) && !name.startsWith('#')) trail.packages.node.add(packageOf(name));
      continue;
    }
    const path = await fileOf(resolve(file === null ? cwd : dirname(file), name.replace(/^file:\/\//, '')));
    if (path !== null) trail.tasks.push({ kind: 'file', path, written: name, cwd, by, line: null, how: 'import' });
  }
  await followLiterals(
    trail,
    literals.filter(({ text }) => !names.has(text)),
    task,
  );
};

const ends = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.tsx', '.jsx', '.json', '.node'];

const fileOf = async (path: string): Promise<string | null> => {
  // TypeScript names what it will be compiled to.
  const bases = [path, path.replace(/\.[mc]?jsx?$/, ''), join(path, 'index')];
  for (const base of bases) for (const end of ends) if (await isFile(base + end)) return base + end;
  return null;
};

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
