import { lstat, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type How, note, type Place, type Read, type Stray, type Trail } from './trail.ts';

/** What is at a path; null: nothing that is read. */
export const whatIs = async (path: string): Promise<'file' | 'folder' | null> => {
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : null;
};

export const isFile = async (path: string): Promise<boolean> => (await whatIs(path)) === 'file';

/** The path in the checkout, with slashes; null: it is elsewhere. The checkout itself is ''. */
export const inside = (root: string, path: string): string | null => {
  const below = relative(root, path);
  if (below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) return null;
  return below.split(sep).join('/');
};

/** Absolute, of a path as programs and shells write it. */
export const absolute = ({ home }: Place, written: string, from: string): string =>
  written === '~' || written.startsWith('~/') ? join(home, written.slice(1)) : resolve(from, written);

/** Who reads, as it is told. */
export const nameOf = ({ root }: Place, file: string | null, otherwise: string): string =>
  file === null ? otherwise : (inside(root, file) ?? file);

export interface Sight {
  /** Absolute. */
  path: string;
  written: string;
  by: string;
  line: number | null;
  how: How;
}

/** Notes that what is at that path is read, wherever it is. False where it is not in the checkout. */
export const noteRead = async (trail: Trail, { path, written, by, line, how }: Sight): Promise<boolean> => {
  const { root } = trail.place;
  const real = inside(root, await realpath(path).catch(() => path));
  const named = inside(root, path);
  if (real === null) {
    if (named === null && isAbsolute(written) && isOfTheSystem(written)) return false;
    trail.strays.push({
      path: written,
      by,
      line,
      where: named === null ? whereIs(trail.place, written) : 'leads-out',
      how,
    });
    return false;
  }
  if (isAbsolute(written) || written.startsWith('~'))
    trail.strays.push({ path: written, by, line, where: 'inside', how });
  for (const each of [real, named === null ? '' : await linkOn(root, named)])
    if (each !== '') noteAt(trail, each, { by, line, how });
  return true;
};

// That it is read says more than that it is named.
const noteAt = ({ reads }: Trail, path: string, read: Read): void => {
  if (reads.get(path)?.how === 'mention' && read.how !== 'mention') reads.set(path, read);
  else note(reads, path, read);
};

// The link by which a path in the checkout leads elsewhere in it, which git has to have too; '' where there is none.
const linkOn = async (root: string, path: string): Promise<string> => {
  const parts = path.split('/');
  for (let n = 1; n <= parts.length; n++) {
    const each = parts.slice(0, n).join('/');
    if ((await lstat(join(root, each)).catch(() => null))?.isSymbolicLink()) return each;
  }
  return '';
};

/** Present on every machine, or nobody's data. */
export const isOfTheSystem = (path: string): boolean =>
  /^\/(dev|proc|sys|etc|tmp|usr|bin|sbin|lib|lib64|run|var\/(run|tmp|log))(\/|$)/.test(path);

/** Where a path leads that is not in the checkout. */
export const whereIs = ({ home }: Place, written: string): Stray['where'] => {
  if (written.startsWith('~')) return 'home';
  if (!isAbsolute(written)) return 'leads-out';
  return inside(home, written) === null ? 'absolute' : 'home';
};
