import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { absolute, inside, whatIs } from './locate.ts';
import { isNotFollowed } from './not-followed.ts';
import { environmentOf } from './own-environment.ts';
import { isPython, programCall } from './program-call.ts';
import { type CommandTask, type Language, note, type Trail, theCommand } from './trail.ts';
import { unwrapped } from './unwrapped.ts';

/** Puts on the trail which program runs, what code it runs, and the files that it is given. */
export const followCommand = async (trail: Trail, task: CommandTask): Promise<void> => {
  const { cwd, by } = task;
  if (by === theCommand) trail.typed.push([...task.words]);
  for (const path of envFilesOf(task.words)) await followPath(trail, path, { task, how: 'program' });
  const [program, ...args] = unwrapped(task.words);
  if (program === undefined || program === null || program === '') return;
  const name = basename(program);
  if (/^(conda|mamba|micromamba)$/.test(name) && args[0] === 'activate')
    return note(trail.environments, [program, ...args].join(' '), { kind: 'python', by });
  if (program.includes('/')) await followProgram(trail, program, task);
  else trail.programs.add(name);
  if (isNotFollowed(name, by) && (await isElsewhere(trail, program, cwd))) trail.notFollowed.add(name);
  if (isPython(name)) trail.python ??= program;
  const call = programCall(name, args);
  const { script, code, module, npmScript, language, preloads = [], rest } = call;
  for (const path of preloads) await followPath(trail, path, { task, how: 'program' });
  if (code !== undefined && language !== undefined)
    trail.tasks.push({ kind: 'code', text: code, language, cwd, by, file: null, roots: [cwd] });
  if (module !== undefined) trail.tasks.push({ kind: 'module', name: module, cwd, by });
  if (npmScript !== undefined) await followNpmScript(trail, npmScript, task);
  if (script !== undefined) {
    if (language === 'notebook') trail.notebooks.push({ path: script, by: isPython(name) ? 'python' : 'other' });
    await followPath(trail, script, { task, how: 'program', language });
  }
  await followArguments(trail, readBy(name, rest), task);
};

// `node --env-file=.env`, `uv run --env-file .env`: it has to be there.
const envFilesOf = (words: CommandTask['words']): string[] => {
  if (!/^(node|uv|tsx|bun)$/.test(basename(words[0] ?? ''))) return [];
  return words.flatMap((word, index) => {
    const path = word === '--env-file' ? words[index + 1] : /^--env-file=(.+)$/.exec(word ?? '')?.[1];
    return path == null ? [] : [path];
  });
};

const followProgram = async (trail: Trail, written: string, task: CommandTask): Promise<void> => {
  const environment = await environmentOf(absolute(trail.place, written, task.cwd));
  if (environment === null) return followPath(trail, written, { task, how: 'program' });
  note(trail.environments, written, { kind: environment.kind, by: task.by });
};

// What lies in the checkout is read itself.
const isElsewhere = async ({ place }: Trail, program: string, cwd: string): Promise<boolean> => {
  const path = absolute(place, program, cwd);
  return !program.includes('/') || inside(place.root, path) === null;
};

interface PathOptions {
  task: CommandTask;
  how: 'program' | 'data';
  language?: Language | undefined;
}

const followPath = async (trail: Trail, written: string, { task, how, language }: PathOptions): Promise<void> => {
  const path = absolute(trail.place, written, task.cwd);
  if ((await whatIs(path)) === null) {
    if (how === 'program' && task.by === theCommand) trail.missing.add(written);
    return;
  }
  trail.tasks.push({ kind: 'file', path, written, cwd: task.cwd, by: task.by, line: null, how, language });
};

// `mkdir out` makes what is there from an earlier run, and `cp` reads all but its last.
const readBy = (name: string, args: CommandTask['words']): CommandTask['words'] => {
  if (readsNothing.test(name)) return [];
  return /^(cp|mv|ln|install|rsync|scp)$/.test(name) ? args.slice(0, -1) : args;
};

const readsNothing =
  /^(mkdir|rmdir|rm|touch|tee|mktemp|mkfifo|chmod|chown|echo|printf|test|\[|\[\[|exit|set|trap|read)$/;

// Whatever names something that is there is taken to be read, but for what is behind `-o`.
const followArguments = async (trail: Trail, args: readonly (string | null)[], task: CommandTask): Promise<void> => {
  for (const [index, word] of args.entries()) {
    const previous = args[index - 1] ?? '';
    if (word === null || /^(-o|--out|--output|--outdir|--output-dir|>)$/.test(previous)) continue;
    const value = /^--?[\w-]+=(.+)$/.exec(word)?.[1] ?? word;
    if (value.startsWith('-') || /^--?(out|output)\b/.test(word) || value.includes('://')) continue;
    if (value === '.' || value === '..' || value === '') continue;
    const isNotebook = value.endsWith('.ipynb');
    if (isNotebook) trail.notebooks.push({ path: value, by: 'other' });
    // `train.py` behind a launcher (torchrun, streamlit run) is a program like any other.
    await followPath(trail, value, { task, how: 'data' });
  }
};

// `npm run etl`: what the package.json says, run where that is.
const followNpmScript = async (trail: Trail, script: string, { cwd, by }: CommandTask): Promise<void> => {
  for (let folder = cwd; inside(trail.place.root, folder) !== null; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) continue;
    trail.tasks.push({ kind: 'file', path, written: 'package.json', cwd, by, line: null, how: 'program' });
    const command = scriptIn(text, script);
    if (command !== null)
      trail.tasks.push({
        kind: 'code',
        text: command,
        language: 'shell',
        cwd: folder,
        by: 'package.json',
        file: null,
        roots: [],
      });
    return;
  }
};

const scriptIn = (text: string, name: string): string | null => {
  try {
    const { scripts } = JSON.parse(text) as { scripts?: Record<string, unknown> };
    const script = scripts?.[name];
    return typeof script === 'string' ? script : null;
  } catch {
    return null;
  }
};
