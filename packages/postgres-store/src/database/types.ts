import type { PgTypes } from './pool.ts';

/**
 * How columns are read, query by query: the parsers that a host may have set for all of pg are neither used nor changed.
 * Our times and counters fit a number.
 */
export const columnTypes: PgTypes = {
  getTypeParser: (oid) => parsers[oid] ?? asItIs,
};

const asItIs = (text: string): string => text;
const truth = (text: string): boolean => text === 't';

// In either way of PostgreSQL to write them: where a connection is not ours, its `bytea_output` is not either.
const bytes = (text: string): Buffer =>
  text.startsWith('\\x') ? Buffer.from(text.slice(2), 'hex') : Buffer.from(unescaped(text), 'latin1');
const unescaped = (text: string): string =>
  text.replace(/\\(\\|[0-7]{3})/g, (_, code: string) =>
    code === '\\' ? code : String.fromCharCode(Number.parseInt(code, 8)),
  );

const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  16: truth,
  17: bytes,
  20: Number, // int8
  21: Number,
  23: Number,
  700: Number,
  701: Number,
  1700: Number, // numeric: a sum of int8
};
