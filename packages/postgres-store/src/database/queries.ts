import { createHash } from 'node:crypto';
import type { Value } from './database.ts';
import type { PgQuery } from './pool.ts';
import { qualifier } from './qualify.ts';
import { columnTypes } from './types.ts';

/** Makes of a text and its values what pg is asked. */
export type MakeQuery = (text: string, values: readonly Value[]) => PgQuery;

/** A text that is neither prepared nor touched, and may hold several statements. `timeoutMs` 0: for as long as it takes. */
export const plainQuery = (text: string, timeoutMs: number): PgQuery => ({
  text,
  rowMode: 'array',
  types: columnTypes,
  query_timeout: timeoutMs,
});

/**
 * Each text is prepared once on each connection, under a name that is told from the text, so that two versions of ours, or
 * the host's own statements, never meet under one name.
 */
export const queriesIn = (options: { schema: string; prepare: boolean; timeoutMs: number }): MakeQuery => {
  const { schema, prepare, timeoutMs } = options;
  const qualify = qualifier(schema);
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const name = names.get(text) ?? `runyard_${createHash('sha256').update(text).digest('hex').slice(0, 20)}`;
    names.set(text, name);
    return name;
  };
  return (bare, values) => {
    const text = qualify(bare);
    return {
      text,
      ...(prepare ? { name: nameOf(text) } : {}),
      values: values.map(storable),
      rowMode: 'array',
      types: columnTypes,
      query_timeout: timeoutMs,
    };
  };
};

// A text of PostgreSQL holds no NUL. One in what a program said of its end must not keep its run from having one, so it is shown as
// what could not be read.
const storable = (value: Value): Value => {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
  return Array.isArray(value) ? (value.map(storable) as Value) : value;
};
