import { RunyardError } from '@runyard/core';
import { tables } from '../migrations/tables.ts';

/**
 * Puts our schema before the names of our tables, functions and channels in a text. `search_path` cannot be relied on: behind a
 * pooler each transaction may be on another connection, and in a pool that was passed in it is the host's.
 *
 * Keywords are written in capitals in all our texts, so that a name behind one of these is a table and nothing else.
 */
export const qualifier = (schema: string): ((text: string) => string) => {
  return (text) =>
    text
      .replace(tableNames, `$1"${schema}".$2`)
      .replace(functionNames, `"${schema}".$1`)
      .replace(notified, (_, channel: string) => `pg_notify('${channelIn(schema, channel)}'`);
};

/** Channels belong to a whole database, so ours carry the schema's name. */
export const channelIn = (schema: string, channel: string): string => `${schema}_${channel}`;

const tableNames = new RegExp(`\\b((?:FROM|JOIN|INTO|UPDATE)\\s+)(${tables.join('|')})\\b`, 'g');
const functionNames = /\b(now_ms)(?=\()/g;
const notified = /\bpg_notify\('([a-z_]+)'/g;

/** The name goes into the text of statements, so it is a plain one. */
export const checkSchema = (schema: string): string => {
  if (/^[a-z_][a-z0-9_]{0,39}$/.test(schema) && !schema.startsWith('pg_')) return schema;
  throw new RunyardError(
    'invalid-option',
    '`schema` is not a name that we can use: give up to 40 lower-case letters, digits and `_`, none of the digits first, and not `pg_…`.',
    { field: 'schema', expected: 'such as `runyard`', received: schema.slice(0, 80) },
  );
};
