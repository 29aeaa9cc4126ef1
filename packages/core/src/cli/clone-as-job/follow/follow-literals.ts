import { isAbsolute } from 'node:path';
import type { Literal } from '../reading/literals.ts';
import { absolute, inside, isOfTheSystem, whatIs, whereIs } from './locate.ts';
import type { CodeTask, How, Trail } from './trail.ts';
import { isListed, isOpened, isWritten, joins, namesFolder } from './uses.ts';

/** Files that a program names: those that are there are read, unless they are written. */
export const followLiterals = async (trail: Trail, literals: readonly Literal[], task: CodeTask): Promise<void> => {
  // `OUT = Path('out')`, and later `OUT.mkdir()`: what a name stands for is made, wherever that is said.
  const made = new Set(literals.filter(isWritten).map(({ name }) => name));
  for (const literal of literals) {
    if (isWritten(literal) || literal.goesOn || made.has(literal.name ?? literal.target ?? '')) continue;
    for (const text of pathsIn(literal)) await followText(trail, text, { literal, task });
  }
};

const followText = async (
  trail: Trail,
  { path: written, isPattern }: WrittenPath,
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
    if (what === null || (what === 'folder' && !rooted && !written.includes('/') && !namesFolder(literal))) continue;
    // That a folder is named does not say what is done with it.
    const how: How = what === 'file' || isPattern || isListed(literal) || isRead(literal) ? 'data' : 'mention';
    trail.tasks.push({ kind: 'file', path, written, cwd, by, line, how });
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

// `Path` alone opens nothing.
const isRead = (literal: Literal): boolean =>
  isOpened({ ...literal, callee: null, calls: literal.calls.filter(({ callee }) => !joins.test(callee)) });

interface WrittenPath {
  path: string;
  isPattern: boolean;
}

// The text itself, and what a call joins of it and its neighbours, up to the first `*`.
const pathsIn = ({ text, calls, argument, partial }: Literal): WrittenPath[] => {
  const joiner = calls[0];
  const joined =
    joiner !== undefined && joins.test(joiner.callee) && argument === 0 && joiner.texts.length > 1
      ? [joiner.texts.map((part) => part.text).join('/')]
      : [];
  return [...joined, text].map((each) => withoutPattern(each, partial)).filter(({ path }) => looksLikePath(path));
};

const withoutPattern = (text: string, partial: boolean): WrittenPath => {
  const path = text.replace(/^file:\/\//, '');
  if (partial) return { path: path.slice(0, path.lastIndexOf('/') + 1), isPattern: false };
  const star = path.search(/[*?[]/);
  if (star === -1) return { path, isPattern: false };
  return { path: path.slice(0, path.lastIndexOf('/', star) + 1), isPattern: true };
};

const looksLikePath = (text: string): boolean =>
  text.length > 1 && text.length < 500 && !/[\n\0]|:\/\//.test(text) && !/^[./]+$/.test(text);
