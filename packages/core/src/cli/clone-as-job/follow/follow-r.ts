import { readR } from '../reading/r.ts';
import { followLiterals } from './follow-literals.ts';
import { absolute, isFile } from './locate.ts';
import { type CodeTask, note, type Trail } from './trail.ts';

/** Follows what an R program sources and opens. */
export const followR = async (trail: Trail, task: CodeTask): Promise<void> => {
  const { imports, literals, variables } = readR(task.text);
  const { by, cwd } = task;
  for (const name of variables) note(trail.variables, name, by);
  for (const { name } of imports) trail.packages.r.add(name);
  for (const { text, callee, line } of literals) {
    if (!/^(sys\.)?source$/.test(callee ?? '')) continue;
    const path = absolute(trail.place, text, cwd);
    if (await isFile(path))
      trail.tasks.push({ kind: 'file', path, written: text, cwd, by, line, how: 'import', language: 'r' });
  }
  await followLiterals(trail, literals, task);
};
