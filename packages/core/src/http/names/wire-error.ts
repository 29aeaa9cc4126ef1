import { isRunyardError, RunyardError } from '../../domain/errors.ts';
import type { NameRow } from './name-row.ts';
import { getPath, type Plain, parentOf } from './paths.ts';

/**
 * Runs a call of the library; an error of it that names a field names it as the caller wrote it. Of two names of one field, that
 * is the one that the body has.
 */
export const inWireNames = async <T>(body: Plain, names: readonly NameRow[], call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    throw isRunyardError(error) ? translated(error, body, names) : error;
  }
};

const translated = (error: RunyardError, body: Plain, names: readonly NameRow[]): RunyardError => {
  const rename = (path: string): string => wirePath(path, body, names) ?? path;
  const { code, field, received, id, position } = error;
  const known = code === 'unknown-field' ? knownFields(field, error.expected) : [];
  const expected = known.length > 0 ? known.map(rename).join(', ') : inWireWords(error.expected ?? '', body, names);
  const message = known.length > 0 ? error.message.replace(known.join(', '), () => expected) : error.message;
  return new RunyardError(code, inWireWords(message, body, names), {
    ...(field !== undefined && { field: rename(field) }),
    ...(error.expected !== undefined && { expected }),
    ...(received !== undefined && { received }),
    ...(id !== undefined && { id }),
    ...(position !== undefined && { position }),
    cause: error,
  });
};

// What is expected instead of a field that is not known: bare names, in its sentence too.
const knownFields = (field: string | undefined, expected: string | undefined): string[] =>
  field?.includes('.') ? [] : (expected?.split(', ') ?? []);

/** A sentence of the library with the fields that it quotes as the wire has them. */
export const inWireWords = (sentence: string, body: Plain, names: readonly NameRow[]): string =>
  sentence.replace(/`([A-Za-z0-9_.]+)`/g, (_, path: string) => `\`${wirePath(path, body, names) ?? path}\``);

/** The wire's path of a library path; undefined for what the table does not have. */
export const wirePath = (path: string, body: Plain, names: readonly NameRow[]): string | undefined => {
  const isAround = ({ library }: NameRow): boolean => path === library || path.startsWith(`${library}.`);
  const fitting = names
    .filter((row) => isAround(row) || (row.shape && parentOf(row.library) === path))
    .sort((a, b) => b.library.length - a.library.length);
  const row = fitting.find(({ wire }) => getPath(body, wire) !== undefined) ?? fitting.find(isAround);
  if (row === undefined) return groupPath(path, body, names);
  const inside = path.slice(row.library.length + 1);
  return inside === '' ? row.wire : `${row.wire}.${insideOf(row, inside)}`;
};

// `0.refType` of a list: the index stays, the rest is looked up.
const insideOf = ({ items }: NameRow, inside: string): string => {
  const [index, ...rest] = inside.split('.');
  if (!items || rest.length === 0) return inside;
  return `${index}.${wirePath(rest.join('.'), {}, items) ?? rest.join('.')}`;
};

// A whole settings object, such as `onPlaceLost`: what its fields have in front.
const groupPath = (path: string, body: Plain, names: readonly NameRow[]): string | undefined => {
  const depth = path.split('.').length;
  const inner = names.filter(({ library, wire }) => library.startsWith(`${path}.`) && wire.split('.').length > depth);
  const groups = inner.map(({ wire }) => wire.split('.').slice(0, depth).join('.'));
  return groups.find((group) => getPath(body, group) !== undefined) ?? groups.at(-1);
};
