import type { Value } from './database.ts';

// A text of PostgreSQL holds no NUL. One in what a program said of its end must not keep its run from having one, so it is shown as
// what could not be read.
export const storable = (value: Value): Value => {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
  return Array.isArray(value) ? (value.map(storable) as Value) : value;
};

/** A text as it comes back from the database, for who compares with what is there. */
export const asStored = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();
