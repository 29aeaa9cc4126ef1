import { createHash } from 'node:crypto';
import type { Value } from './database.ts';
import type { PgQuery } from './pool.ts';
import { qualifier } from './qualify.ts';
import { storable } from './storable.ts';
import { columnTypes } from './types.ts';

type MakeQuery = (text: string, values: readonly Value[]) => PgQuery;

/** Makes of a text and its values what pg is asked. */
export interface Queries {
  /** One of a fixed number of texts. */
  kept: MakeQuery;
  /** A text that may never be asked again: nothing of it stays, here or at the server. */
  once: MakeQuery;
}

/** A text that is neither prepared nor touched, and may hold several statements. `timeoutMs` 0: for as long as it takes. */
export const plainQuery = (text: string, timeoutMs: number): PgQuery => ({
  text,
  rowMode: 'array',
  types: columnTypes,
  query_timeout: timeoutMs,
});

/**
 * Each text that is kept is prepared once on each connection, under a name that is told from the text, so that two versions of ours, or
 * the host's own statements, never meet under one name.
 */
export const queriesIn = (options: { schema: string; prepare: boolean; timeoutMs: number }): Queries => {
  const { schema, prepare, timeoutMs } = options;
  const qualify = qualifier(schema);
  const known = new Map<string, Named>();
  const keep = (bare: string): Named => {
    const text = qualify(bare);
    const named = prepare ? { text, name: nameOf(text) } : { text };
    known.set(bare, named);
    return named;
  };
  const queryOf = (named: Named, values: readonly Value[]): PgQuery => ({
    ...named,
    values: values.map(storable),
    rowMode: 'array',
    types: columnTypes,
    query_timeout: timeoutMs,
  });
  return {
    kept: (bare, values) => queryOf(known.get(bare) ?? keep(bare), values),
    once: (bare, values) => queryOf({ text: qualify(bare) }, values),
  };
};

type Named = Pick<PgQuery, 'text' | 'name'>;

const nameOf = (text: string): string => `runyard_${createHash('sha256').update(text).digest('hex').slice(0, 20)}`;
