import { rows, type SqlValue } from '@runyard/core/sql';
import type { Statement } from '../../database/database.ts';
import type { Image } from '../image.ts';
import { unnested } from './columns.ts';
import { counted } from './counted.ts';
import { many } from './runs.ts';

const columns = rows.occurrenceColumns;
const numbers = new Set<string>(['from_at', 'to_at', 'count', 'recorded_at', 'next_fire_at', 'anchor_at']);
const typeOf = (column: string): string => (numbers.has(column) ? 'bigint' : 'text');
const count = 'cardinality($1::text[])';

const statements = {
  move: counted(
    `UPDATE schedules s SET next_fire_at = u.next_fire_at
    FROM ${unnested(['job_id', 'next_fire_at'], typeOf)} WHERE s.job_id = u.job_id`,
    count,
  ),
  put: `
    INSERT INTO schedules (${rows.cursorColumns.join(', ')})
    SELECT * FROM ${unnested(rows.cursorColumns, typeOf)}
    ON CONFLICT (job_id) DO UPDATE SET next_fire_at = excluded.next_fire_at, anchor_at = excluded.anchor_at`,
  withdraw: counted(
    `DELETE FROM occurrences o USING ${unnested(['job_id', 'from_at'], typeOf)}
    WHERE o.job_id = u.job_id AND o.from_at = u.from_at AND o.run_id IS NULL`,
    count,
  ),
  extend: counted(
    `UPDATE occurrences o SET to_at = u.to_at, count = u.count, recorded_at = u.recorded_at
    FROM ${unnested(['job_id', 'from_at', 'to_at', 'count', 'recorded_at'], typeOf)}
    WHERE o.job_id = u.job_id AND o.from_at = u.from_at`,
    count,
  ),
  record: counted(
    `INSERT INTO occurrences (${columns.join(', ')}) SELECT * FROM ${unnested(columns, typeOf)}
    ON CONFLICT DO NOTHING`,
    count,
  ),
};

/** Cursors and the ledger. */
export const scheduleWrites = (image: Image): Statement[] => {
  const moves: SqlValue[][] = [];
  const puts: SqlValue[][] = [];
  for (const [jobId, cursor] of image.cursors) {
    if (cursor?.written === 'moved') moves.push([jobId, cursor.nextFireAt]);
    else if (cursor?.written) puts.push(rows.fromCursor(cursor.written));
  }
  const changed = [...image.occurrences.values()].flat().filter((each) => each.changed);
  const extended = changed
    .filter(({ from }) => from === 'store')
    .map(({ row: { jobId, from, to, count, recordedAt } }) => [jobId, from, to, count, recordedAt]);
  const recorded = changed.filter(({ from }) => from === 'us').map(({ row }) => rows.fromOccurrence(row));
  const withdrawn = image.withdrawn.map(({ jobId, from }) => [jobId, from]);
  return [
    ...many(statements.move, moves, 2),
    ...many(statements.put, puts, rows.cursorColumns.length),
    ...many(statements.withdraw, withdrawn, 2),
    ...many(statements.extend, extended, 5),
    ...many(statements.record, recorded, columns.length),
  ];
};
