import type { LogEntry } from '@runyard/core';
import type { Row } from '@runyard/core/sql';
import { cutText, type Dropped, invalidCursor } from '@runyard/core/sql';
import type { Database } from '../database/database.ts';
import { recordsOf } from './pack.ts';
import type { LogRecord } from './record.ts';
import { statements } from './statements.ts';

/** A log as a reader finds it. */
export interface FoundLog {
  id: number;
  last: number;
  sealed: boolean;
  dropped: Dropped;
}

export interface Range {
  after?: string;
  tail?: number;
}

export const foundLog = (row: Row | undefined): FoundLog | null => {
  if (!row) return null;
  const [id, last, sealed, bytes, lines] = row.map(Number) as [number, number, number, number, number];
  return { id, last, sealed: sealed === 1, dropped: { bytes, lines } };
};

/** Behind which position to begin. A cursor is an entry's position. */
export const startOf = ({ last }: FoundLog, { after, tail }: Range): number => {
  const behind = after === undefined ? 0 : /^\d{1,15}$/.test(after) ? Number(after) : Number.NaN;
  if (!(behind <= last)) throw invalidCursor(after ?? '');
  return tail === undefined ? behind : Math.max(behind, last - tail);
};

/** What stands in the log now. */
export async function* readLog(
  database: Database,
  key: string,
  { signal, ...range }: Range & { signal: AbortSignal },
): AsyncGenerator<LogEntry> {
  signal.throwIfAborted();
  const log = foundLog(await database.row(statements.look, key));
  if (log) yield* entriesOf(database, log, { behind: startOf(log, range), signal });
}

/** The entries behind a position, as far as the log reached when it was found; a few chunks are in memory at a time. */
export async function* entriesOf(
  database: Database,
  log: FoundLog,
  { behind, signal }: { behind: number; signal: AbortSignal },
): AsyncGenerator<LogEntry> {
  for (let position = behind; position < log.last; ) {
    signal.throwIfAborted();
    const rows = await database.rows(statements.chunks, log.id, position, chunksAtOnce);
    if (rows.length === 0) return; // it was removed meanwhile
    for (const [first, , data] of rows) {
      const chunk = { first: Number(first), data: data as unknown as Buffer };
      for (const found of recordsOf(chunk, position)) {
        signal.throwIfAborted();
        if (found.position > log.last) return;
        position = found.position;
        yield { cursor: String(position), ...shown(found.record, log) };
      }
    }
  }
}

const chunksAtOnce = 8;

// How much the cap cost is known once the log is sealed.
const shown = (record: LogRecord, { sealed, dropped }: FoundLog): Omit<LogEntry, 'cursor'> =>
  record.kind === 'entry'
    ? { at: record.at, stream: record.stream, text: record.text }
    : { at: record.at, stream: 'phase', text: cutText(record.capBytes, sealed ? dropped : null) };
