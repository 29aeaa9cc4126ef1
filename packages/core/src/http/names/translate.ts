import { isDeepStrictEqual } from 'node:util';
import { RunyardError } from '../../domain/errors.ts';
import type { NameRow } from './name-row.ts';
import { getPath, isPlain, type Plain, parentOf, setPath } from './paths.ts';

/** A parsed body in the library's names. Two names of one field that disagree are refused. */
export const toLibrary = (body: Plain, names: readonly NameRow[], root = ''): Plain => {
  const result: Plain = {};
  const setBy = new Map<string, string>();
  for (const row of names) {
    const value = getPath(body, row.wire);
    if (value === undefined) continue;
    if (value === null && (row.shape || clearsParent(body, row))) {
      const parent = parentOf(row.library);
      if (parent !== null && getPath(result, parent) === undefined) setPath(result, parent, null);
      continue;
    }
    const shaped = row.shape && setShape(result, row.library, setBy);
    if (shaped) throw disagree(row.wire, shaped, value);
    const read = readValue(value, row, `${root}${row.wire}`);
    const other = setBy.get(row.library);
    if (other !== undefined && !isDeepStrictEqual(getPath(result, row.library), read))
      throw disagree(row.wire, other, value);
    setBy.set(row.library, row.wire);
    setPath(result, row.library, read);
  }
  return result;
};

/** A library record on the wire. What the record leaves out is left out. */
export const toWire = (record: object, names: readonly NameRow[]): Plain => {
  const result: Plain = {};
  for (const row of names) {
    const value = getPath(record, row.library);
    const absent = value === undefined || (value === null && parentIsNull(record, row.library));
    if (!absent) setPath(result, row.wire, writeValue(value, row));
  }
  return result;
};

// By which other name the field around a shape has its value already.
const setShape = (result: Plain, library: string, setBy: ReadonlyMap<string, string>): string | undefined => {
  const parent = parentOf(library) ?? library;
  return getPath(result, parent) == null ? undefined : setBy.get(parent);
};

const readValue = (value: unknown, { codec, items }: NameRow, field: string): unknown => {
  if (items && Array.isArray(value))
    return value.map((item, index) => (isPlain(item) ? toLibrary(item, items, `${field}.${index}.`) : item));
  return codec ? codec.read(value, field) : value;
};

const writeValue = (value: unknown, { codec, items }: NameRow): unknown => {
  if (items && Array.isArray(value)) return value.map((item) => toWire(item as object, items));
  return codec ? codec.write(value) : value;
};

// `schedule: null` is said once, by the whole, and not by each field inside.
const clearsParent = (body: Plain, { wire }: NameRow): boolean => parentIsNull(body, wire);

const parentIsNull = (record: object, path: string): boolean => {
  const parent = parentOf(path);
  return parent !== null && getPath(record, parent) === null;
};

const disagree = (field: string, other: string, value: unknown): RunyardError =>
  new RunyardError('invalid-request', `\`${field}\` and \`${other}\` mean the same and differ: give one of them.`, {
    field,
    expected: `the value of ${other}, or nothing`,
    received: JSON.stringify(value),
  });
