import { isAbsolute } from 'node:path';
import type { Literal } from '../reading/literals.ts';
import { absolute, inside, isOfTheSystem, whatIs, whereIs } from './locate.ts';
import type { CodeTask, Trail } from './trail.ts';

/** Files that a program names: those that are there are read, unless they are written. */
export const followLiterals = async (trail: Trail, literals: readonly Literal[], task: CodeTask): Promise<void> => {
  for (const literal of literals) {
    if (isWritten(literal) || literal.goesOn) continue;
    for (const text of pathsIn(literal)) await followText(trail, text, { literal, task });
  }
};

const followText = async (
  trail: Trail,
  written: string,
  { literal, task }: { literal: Literal; task: CodeTask },
): Promise<void> => {
  const { line, partial } = literal;
  const { cwd, by, file, roots } = task;
  const rooted = isAbsolute(written) || written.startsWith('~/');
  const isOurs = rooted && inside(trail.place.root, absolute(trail.place, written, cwd)) !== null;
  if (rooted && !isOurs && isOfTheSystem(written)) return;
  const from = [cwd, ...(file === null ? [] : roots.slice(0, 1)), ...folderOf(file)];
  for (const folder of rooted ? [cwd] : new Set(from)) {
    const path = absolute(trail.place, written, folder);
    const what = path === trail.place.root ? null : await whatIs(path);
    // A word like `data` may be anything; only where it is asked for as a folder, or written as a path, it is one.
    if (what === null || (what === 'folder' && !rooted && !written.includes('/') && !takesFolder(literal))) continue;
    trail.tasks.push({ kind: 'file', path, written, cwd, by, line, how: 'data' });
    return;
  }
  // It is not there, or not whole; but it is opened.
  if (!rooted || isOurs || !isOpened(literal)) return;
  trail.strays.push({
    path: partial ? `${written}…` : written,
    by,
    line,
    where: whereIs(trail.place, written),
    how: 'data',
  });
};

const folderOf = (file: string | null): string[] =>
  file === null ? [] : [file.slice(0, file.lastIndexOf('/')) || '/'];

// The text itself, and what a call joins of it and its neighbours, up to the first `*`.
const pathsIn = ({ text, calls, argument, partial }: Literal): string[] => {
  const joiner = calls[0];
  const joined =
    joiner !== undefined && joins.test(joiner.callee) && argument === 0 && joiner.texts.length > 1
      ? [joiner.texts.map((part) => part.text).join('/')]
      : [];
  return [...joined, text].map((each) => withoutPattern(each, partial)).filter(looksLikePath);
};

const withoutPattern = (text: string, partial: boolean): string => {
  const path = text.replace(/^file:\/\//, '');
  if (partial) return path.slice(0, path.lastIndexOf('/') + 1);
  const star = path.search(/[*?[]/);
  return star === -1 ? path : path.slice(0, path.lastIndexOf('/', star) + 1);
};

const looksLikePath = (text: string): boolean =>
  text.length > 1 && text.length < 500 && !/[\n\0]|:\/\//.test(text) && !/^[./]+$/.test(text);

const joins = /(^|[.:])(join|joinpath|resolve|file\.path|here|Path|PurePath|PosixPath)$/;
const opens =
  /(^|[.:])(open|fopen|Path|PosixPath|(read|load|scan|imread|parse|import|from|fread|readRDS|readLines|readFile|createReadStream|loadtxt|genfromtxt|source|scandir|listdir|walk|glob|iglob|ls|dir|list\.files|connect|exists|isfile|isdir|stat|copy|copyfile)\w*)$|(^|[.:])read[._]\w+$/;
const takesFolders =
  /(^|[.:])(listdir|scandir|walk|glob|iglob|readdir\w*|Path|list\.files|dir|load_from_disk|from_pretrained|ImageFolder|read_parquet)$/;
const writes =
  /(^|[.:])((to_|save|write|dump|make|mk|export)\w*|write\.\w+|remove|unlink|rm\w*|savefig|imwrite|fwrite|sink|png|pdf|FileHandler|RotatingFileHandler|touch|output)$/;

const isOpened = ({ callee, calls }: Literal): boolean =>
  opens.test(callee ?? '') || calls.some((call) => opens.test(call.callee));
const takesFolder = ({ calls }: Literal): boolean => calls.some((call) => takesFolders.test(call.callee));

// `open('x', 'w')`, `df.to_csv('x')`
const isWritten = ({ calls }: Literal): boolean =>
  calls.some(({ callee, texts }) => {
    if (/(^|\.)f?open$/.test(callee))
      return texts.some(({ text, argument }) => argument > 0 && /^[wax]b?\+?t?$/.test(text));
    return writes.test(callee);
  });
