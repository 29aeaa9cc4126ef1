import { delimiter, dirname, join } from 'node:path';
import type { Literal } from '../reading/literals.ts';
import type { Import } from '../reading/mentions.ts';
import { loadsEnv, readPython } from '../reading/python.ts';
import { followEnvFile } from './follow-env-file.ts';
import { followLiterals } from './follow-literals.ts';
import { absolute, inside, whatIs } from './locate.ts';
import { findModule } from './python-modules.ts';
import { type CodeTask, type ModuleTask, note, type Trail } from './trail.ts';

/** Follows the imports of a Python program through the checkout, and what it opens. */
export const followPython = async (trail: Trail, task: CodeTask): Promise<void> => {
  const { text, by, file, cwd } = task;
  const { imports, literals, variables, envLoads = [] } = readPython(text);
  const roots = [...task.roots, ...(await addedRoots(trail, literals, task))];
  for (const name of variables) note(trail.variables, name, by);
  for (const each of imports)
    await followImport(trail, each, { by, cwd, roots, folder: file === null ? cwd : dirname(file) });
  for (const { path, line } of envLoads) await followEnvFile(trail, { path, line, from: 'program' }, task);
  await followLiterals(
    trail,
    literals.filter(({ callee }) => !loadsEnv.test(callee ?? '')),
    task,
  );
};

// `sys.path.insert(0, 'lib')`
const addedRoots = async (trail: Trail, literals: readonly Literal[], task: CodeTask): Promise<string[]> => {
  const added: string[] = [];
  for (const { text, calls } of literals) {
    if (!calls.some(({ callee }) => /(^|\.)(sys\.path\.(insert|append)|addsitedir)$/.test(callee))) continue;
    for (const folder of [task.cwd, ...(task.file === null ? [] : [dirname(task.file)])]) {
      const path = absolute(trail.place, text, folder);
      if (inside(trail.place.root, path) !== null && (await whatIs(path)) === 'folder') added.push(path);
    }
  }
  return [...new Set(added)].filter((root) => !task.roots.includes(root));
};

/** `python -m name`: its `__main__`, where it is a package. */
export const followModule = async (trail: Trail, { name, cwd, by }: ModuleTask): Promise<void> => {
  const importing: Importing = { by, cwd, roots: [cwd], folder: cwd };
  await followImport(trail, { name, level: 0, parts: ['__main__'] }, importing);
};

interface Importing {
  by: string;
  cwd: string;
  /** Where modules are looked for, in the job too. */
  roots: readonly string[];
  /** Of the importing file. */
  folder: string;
}

const followImport = async (trail: Trail, { name, level, parts }: Import, importing: Importing): Promise<void> => {
  if (level > 0) {
    const from = Array.from({ length: level - 1 }).reduce<string>((folder) => dirname(folder), importing.folder);
    await found(trail, [from], { name, parts, importing });
    return;
  }
  const [top = name] = name.split('.');
  if (await found(trail, importing.roots, { name, parts, importing })) return;
  const more = pathRoots(trail).filter((root) => !importing.roots.includes(root));
  for (const root of more)
    if (await found(trail, [root], { name, parts, importing: { ...importing, roots: [...importing.roots, root] } }))
      return note(trail.byPath, top, inside(trail.place.root, root) ?? root);
  note(trail.modules, top, importing.by);
};

const found = async (
  trail: Trail,
  roots: readonly string[],
  { name, parts, importing }: { name: string; parts: readonly string[]; importing: Importing },
): Promise<boolean> => {
  for (const root of roots) {
    const files = await findModule(root, name, parts);
    for (const path of files)
      trail.tasks.push({
        kind: 'file',
        path,
        written: inside(trail.place.root, path) ?? path,
        cwd: importing.cwd,
        by: importing.by,
        line: null,
        how: 'import',
        roots: importing.roots,
      });
    if (files.length > 0) return true;
  }
  return false;
};

// Where this machine's Python may find modules of the checkout, and that of the job will not by itself.
const pathRoots = ({ place: { root, cwd, env } }: Trail): string[] => {
  const listed = (env.PYTHONPATH ?? '').split(delimiter).filter((each) => each !== '');
  const ours = listed
    .map((each) => join(each.startsWith('/') ? '/' : cwd, each))
    .filter((each) => inside(root, each) !== null);
  return [...new Set([...ours, root, join(root, 'src')])];
};
