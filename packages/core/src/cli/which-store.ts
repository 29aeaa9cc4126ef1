import { join, resolve } from 'node:path';
import { type Given, UsageError } from './command.ts';

/** The store that a command is about. */
export type WhichStore =
  | { kind: 'sqlite'; dataDir: string; file: string; own: boolean }
  | { kind: 'postgres'; url: string; schema?: string };

export const storeOptions = {
  'data-dir': { type: 'string' },
  file: { type: 'string' },
  database: { type: 'string' },
  schema: { type: 'string' },
} as const;

export const storeHelp = [
  '  --data-dir DIR   the `dataDir` of the host, whose store is SQLite',
  '  --file FILE      the store, where the host says `sqliteStore({ file })`',
  '  --database URL   a PostgreSQL store: postgres://user@host/database (a password is better in PGPASSWORD)',
  '  --schema NAME    its schema; default: runyard',
];

export const whichStore = ({ options, words, cwd }: Given): WhichStore => {
  const text = (name: keyof typeof storeOptions): string | undefined => options[name] as string | undefined;
  const [dataDir, file, url, schema] = [text('data-dir'), text('file'), text('database'), text('schema')];
  if (words.length > 0) throw new UsageError(`\`${words[0]}\` is no option.`);
  if ((dataDir === undefined) === (url === undefined))
    throw new UsageError('Say which store: either `--data-dir DIR` or `--database URL`.');
  if (url !== undefined) {
    if (file !== undefined) throw new UsageError('`--file` goes with `--data-dir`.');
    return { kind: 'postgres', url, ...(schema !== undefined && { schema }) };
  }
  if (schema !== undefined) throw new UsageError('`--schema` goes with `--database`.');
  const dir = resolve(cwd, dataDir as string);
  return {
    kind: 'sqlite',
    dataDir: dir,
    file: file === undefined ? join(dir, 'runyard.db') : resolve(cwd, file),
    own: file === undefined,
  };
};
