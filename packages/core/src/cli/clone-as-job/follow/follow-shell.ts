import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { readShell, scriptFolder } from '../reading/shell.ts';
import { absolute, inside, isOfTheSystem, whatIs, whereIs } from './locate.ts';
import { environmentOf } from './own-environment.ts';
import { type CodeTask, note, type Trail, theCommand } from './trail.ts';

/** Follows the commands of a script in order, through every `cd` whose way is known. */
export const followShell = async (trail: Trail, { text, file, by, cwd: start }: CodeTask): Promise<void> => {
  const { statements, variables, assignments } = readShell(text);
  if (file === null && by === theCommand) for (const each of assignments) trail.typed.push([each]);
  for (const name of variables) note(trail.variables, name, by);
  const folder = file === null ? start : dirname(file);
  let cwd = start;
  for (const { words, inputs } of statements) {
    const known = (word: string): string => word.replace(scriptFolder, relative(cwd, folder) || '.');
    const [first, second, ...rest] = words.map((word) => (word === null ? null : known(word)));
    for (const input of inputs) await followPath(trail, known(input), { cwd, by });
    if (first === 'cd' || first === 'pushd') {
      if (file === null && by === theCommand) trail.goesTo.add(second ?? '~');
      if (typeof second !== 'string') continue;
      await goTo(trail, second, by);
      cwd = absolute(trail.place, second, cwd);
    } else if (first === 'source' || first === '.') {
      if (typeof second === 'string') await followSourced(trail, second, { cwd, by });
    } else if (first !== undefined)
      trail.tasks.push({ kind: 'command', words: second === undefined ? [first] : [first, second, ...rest], cwd, by });
  }
};

// No job has a folder at that place.
const goTo = async ({ place, strays }: Trail, written: string, by: string): Promise<void> => {
  if (!isAbsolute(written) && !written.startsWith('~/')) return;
  const path = absolute(place, written, place.cwd);
  const isOurs = inside(place.root, await realpath(path).catch(() => path)) !== null;
  if (!isOurs && isOfTheSystem(written)) return;
  strays.push({ path: written, by, line: null, where: isOurs ? 'inside' : whereIs(place, written), how: 'mention' });
};

const followSourced = async (trail: Trail, written: string, { cwd, by }: PathOptions): Promise<void> => {
  const environment = await environmentOf(absolute(trail.place, written, cwd));
  if (environment === null) return followPath(trail, written, { cwd, by, language: 'shell' });
  note(trail.environments, written, { kind: environment.kind, by });
  trail.python ??= join(environment.folder, 'bin', 'python');
};

interface PathOptions {
  cwd: string;
  by: string;
  language?: 'shell';
}

const followPath = async (trail: Trail, written: string, { cwd, by, language }: PathOptions): Promise<void> => {
  const path = absolute(trail.place, written, cwd);
  if ((await whatIs(path)) === null) return;
  const how = language === undefined ? 'data' : 'program';
  trail.tasks.push({ kind: 'file', path, written, cwd, by, line: null, how, language });
};
