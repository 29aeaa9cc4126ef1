import { rows, type SqlValue } from '@runyard/core/sql';
import type { Statement } from '../../database/database.ts';
import type { Image } from '../image.ts';
import { unnested } from './columns.ts';
import { counted } from './counted.ts';
import { many } from './runs.ts';

const types: Readonly<Record<string, string>> = {
  attempt: 'bigint',
  cpu: 'double precision',
  memory_bytes: 'bigint',
  created_at: 'bigint',
  started_at: 'bigint',
  ended_at: 'bigint',
  holds_gpus: 'smallint',
};
const typeOf = (column: string): string => types[column] ?? 'text';
const columns = rows.attemptColumns;
const writeColumns = [...columns, 'expect_state'];
const written = columns.filter((column) => column !== 'run_id' && column !== 'attempt');
const cpu = columns.indexOf('cpu');
const count = 'cardinality($1::text[])';

const statements = {
  insert: counted(
    `INSERT INTO attempts (${columns.join(', ')})
    SELECT ${columns.map((column) => `u.${column}`).join(', ')} FROM ${unnested(columns, typeOf)}
    ON CONFLICT DO NOTHING`,
    count,
  ),
  write: counted(
    `UPDATE attempts a SET ${written.map((column) => `${column} = u.${column}`).join(', ')}
    FROM ${unnested(writeColumns, typeOf)}
    WHERE a.run_id = u.run_id AND a.attempt = u.attempt AND a.state = u.expect_state`,
    count,
  ),
};

export const attemptWrites = ({ attempts }: Image): Statement[] => {
  const inserts: (readonly SqlValue[])[] = [];
  const writes: SqlValue[][] = [];
  for (const attempt of attempts.values()) {
    if (!attempt?.values) continue;
    if (attempt.stored === null) inserts.push(attempt.values);
    else writes.push([...attempt.values, attempt.stored]);
  }
  return [
    ...many(statements.write, writes, writeColumns.length, cpu),
    ...many(statements.insert, inserts, columns.length, cpu),
  ];
};
