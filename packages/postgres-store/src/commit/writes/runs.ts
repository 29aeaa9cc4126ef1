import { rows, type SqlValue } from '@runyard/core/sql';
import type { Statement } from '../../database/database.ts';
import type { Image } from '../image.ts';
import { columnLists, unnested } from './columns.ts';
import { counted } from './counted.ts';

const numbers = new Set<string>([
  ...['revision', 'priority', 'created_at', 'due_at', 'not_before', 'start_by', 'waits_since', 'attempt', 'failures'],
  ...['infrastructure_failures', 'started_at', 'ended_at', 'silent_since', 'lease_epoch', 'expect_epoch'],
]);
const typeOf = (column: string): string => (numbers.has(column) ? 'bigint' : 'text');

const count = (index: number): string => `cardinality($${index}::text[])`;
const columns = rows.runColumns;
// All but the request to stop and the key, which are never the lease holder's to write; and a run never changes its job.
const written = columns.slice(2, -2);
const fence = ['expect_epoch', 'expect_state'];
const writeColumns = ['id', ...written, ...fence];
const held = 'r.id = u.id AND r.lease_epoch = u.expect_epoch AND r.state = u.expect_state';

const statements = {
  insert: counted(
    `INSERT INTO runs (${columns.join(', ')})
    SELECT ${columns.map((column) => `u.${column}`).join(', ')} FROM ${unnested(columns, typeOf)}
    ON CONFLICT DO NOTHING`,
    count(1),
  ),
  write: counted(
    `UPDATE runs r SET ${written.map((column) => `${column} = u.${column}`).join(', ')}
    FROM ${unnested(writeColumns, typeOf)} WHERE ${held}`,
    count(1),
  ),
  lease: counted(
    `UPDATE runs r SET lease_instance = u.lease_instance, lease_epoch = u.lease_epoch
    FROM ${unnested(['id', 'lease_instance', 'lease_epoch', ...fence], typeOf)} WHERE ${held}`,
    count(1),
  ),
  stop: counted(`UPDATE runs r SET stop = u.stop FROM ${unnested(['id', 'stop'], typeOf)} WHERE r.id = u.id`, count(1)),
  release: counted('UPDATE runs r SET idempotency_key = NULL WHERE r.id = ANY($1::text[])', count(1)),
};

/** Updates first: a key that is released may be given again in the same transaction. */
export const runWrites = ({ runs }: Image): Statement[] => {
  const inserts: (readonly SqlValue[])[] = [];
  const writes: SqlValue[][] = [];
  const leases: SqlValue[][] = [];
  const stops: SqlValue[][] = [];
  const releases: SqlValue[][] = [];
  for (const [id, run] of runs) {
    if (run === null) continue;
    const { stored, values, lease, leaseEpoch, stopped, released, stop } = run;
    if (stored === null) {
      inserts.push(stopped ? (values as SqlValue[]).with(-1, rows.toJson(stop)) : (values as SqlValue[]));
      continue;
    }
    const fenced = [stored.leaseEpoch, stored.state];
    if (values) writes.push([id, ...values.slice(2, -2), ...fenced]);
    if (lease) leases.push([id, lease, leaseEpoch, ...fenced]);
    if (stopped) stops.push([id, rows.toJson(stop)]);
    if (released) releases.push([id]);
  }
  return [
    ...many(statements.release, releases, 1),
    ...many(statements.write, writes, writeColumns.length),
    ...many(statements.lease, leases, 5),
    ...many(statements.stop, stops, 2),
    ...many(statements.insert, inserts, columns.length),
  ];
};

/** One statement for all rows; none for none. */
export const many = (
  text: string,
  rows: readonly (readonly SqlValue[])[],
  columns: number,
  fractions: number | null = null,
): Statement[] => (rows.length === 0 ? [] : [{ text, values: columnLists(rows, columns, fractions) }]);
