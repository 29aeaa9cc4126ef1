import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { languageByName, languageByShebang } from './language-of.ts';
import { nameOf, noteRead } from './locate.ts';
import type { FileTask, Trail } from './trail.ts';

/** Nobody writes programs larger than that by hand. */
const largest = 2 ** 20;

/** Notes that it is read; where it is a program of the checkout, its text goes on the trail. */
export const followFile = async (trail: Trail, task: FileTask): Promise<void> => {
  const isOurs = await noteRead(trail, task);
  const { path, how, cwd } = task;
  const found = await stat(path).catch(() => null);
  if (!isOurs || !found?.isFile() || found.size > largest) return;
  const named = task.language ?? languageByName(path);
  if (named === undefined && how !== 'program') return;
  const text = await readFile(path, 'utf8').catch(() => '');
  const language = named ?? languageByShebang(text);
  if (language === undefined || text.includes('\0')) return;
  const key = `${language} ${path} ${language === 'shell' ? cwd : ''}`;
  if (trail.seen.has(key)) return;
  trail.seen.add(key);
  const by = nameOf(trail.place, path, task.by);
  trail.tasks.push({ kind: 'code', language, text, cwd, by, file: path, roots: task.roots ?? [dirname(path)] });
};
