import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../../ports/clock.ts';
import type { LogEntry } from '../../ports/log-store.ts';
import { cutText, invalidCursor } from '../shared/log-rules.ts';
import type { Changes, Subscription } from './changes.ts';
import { linesBackwards, linesFrom } from './lines.ts';
import { type LogRecord, parseRecord } from './record.ts';
import type { OpenLog } from './versions.ts';

export interface ReadOptions {
  after?: string;
  tail?: number;
  signal: AbortSignal;
  openLog(path: string): Promise<OpenLog | null>;
}

export interface FollowOptions extends ReadOptions {
  clock: Clock;
  changes: Changes;
  pollMs: number;
  /** Another file may be put in its place, which begins with the same. */
  shared: boolean;
}

/** What stands in the log now. */
export async function* readLog(path: string, options: ReadOptions): AsyncGenerator<LogEntry> {
  options.signal.throwIfAborted();
  const file = (await options.openLog(path))?.file;
  if (file === undefined) return;
  try {
    const { size } = await file.stat();
    for await (const item of entriesFrom(file, [await startOf(file, options), size], options.signal)) {
      if (item !== 'end') yield item;
    }
  } finally {
    await file.close();
  }
}

/** As above, and what is appended, until the log is sealed or removed. */
export async function* followLog(path: string, options: FollowOptions): AsyncGenerator<LogEntry> {
  options.signal.throwIfAborted();
  const subscription = options.changes.subscribe(path);
  let log: OpenLog | null = null;
  let position: number | null = null;
  try {
    for (;;) {
      const change = nextChange(subscription, options); // before we look, so that none is missed
      try {
        log ??= await options.openLog(path);
        let found = await log?.file.stat();
        if (found?.nlink === 0) {
          await log?.file.close();
          subscription.forgetFile();
          log = options.shared ? await options.openLog(path) : null;
          found = await log?.file.stat();
          if (!found) return;
        }
        if (log && found) {
          const { file } = log;
          subscription.watchFile(log.path);
          position ??= await startOf(file, options);
          // As far as it reached while it still had its name: what a writer that has lost it writes behind that is not of the log.
          for await (const item of entriesFrom(file, [position, found.size], options.signal)) {
            if (item === 'end') return;
            position = Number(item.cursor);
            yield item;
          }
        }
        await change.happened;
      } finally {
        change.forget();
      }
    }
  } finally {
    subscription.end();
    await log?.file.close();
  }
}

async function* entriesFrom(
  file: FileHandle,
  [from, to]: readonly [number, number],
  signal: AbortSignal,
): AsyncGenerator<LogEntry | 'end'> {
  for await (const { bytes, end } of linesFrom(file, from, to)) {
    signal.throwIfAborted();
    const record = parseRecord(bytes);
    if (record === null) continue;
    if (record.kind === 'end') {
      yield 'end';
      return;
    }
    yield { cursor: String(end), ...(await shown(record, file)) };
  }
}

// How much the cap cost is known once the log is sealed: its last record says so.
async function shown(record: Exclude<LogRecord, { kind: 'end' }>, file: FileHandle): Promise<Omit<LogEntry, 'cursor'>> {
  if (record.kind === 'entry') return { at: record.at, stream: record.stream, text: record.text };
  const last = await lastRecord(file);
  return { at: record.at, stream: 'phase', text: cutText(record.capBytes, last?.kind === 'end' ? last.dropped : null) };
}

export async function lastRecord(file: FileHandle): Promise<LogRecord | null> {
  for await (const { bytes } of linesBackwards(file, (await file.stat()).size)) {
    const record = parseRecord(bytes);
    if (record !== null) return record;
  }
  return null;
}

// Where to begin: behind `after`, and not before the last `tail` entries.
async function startOf(file: FileHandle, { after, tail }: ReadOptions): Promise<number> {
  const behind = after === undefined ? 0 : await offsetOf(file, after);
  if (tail === undefined) return behind;
  let start: number | null = null;
  let wanted = tail;
  const { size } = await file.stat();
  for await (const line of linesBackwards(file, size)) {
    const record = parseRecord(line.bytes);
    if (record === null) continue;
    start ??= line.end;
    if (record.kind !== 'end' && wanted-- <= 0) break;
    start = line.start;
    if (start <= behind) break;
  }
  return Math.max(behind, start ?? 0);
}

// A cursor is the offset behind an entry: what stands before it must be a newline.
async function offsetOf(file: FileHandle, cursor: string): Promise<number> {
  const offset = /^\d{1,15}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (offset === 0) return 0;
  const { buffer, bytesRead } = Number.isNaN(offset)
    ? { buffer: null, bytesRead: 0 }
    : await file.read({ buffer: Buffer.alloc(1), position: offset - 1 });
  if (bytesRead !== 1 || buffer?.[0] !== 0x0a) throw invalidCursor(cursor);
  return offset;
}

// A ring of the bell, or the poll that covers for a file system that stays silent.
function nextChange({ bell }: Subscription, { clock, pollMs, signal }: FollowOptions) {
  const forgotten = new AbortController();
  const either = AbortSignal.any([signal, forgotten.signal]);
  const happened = Promise.race([bell.next(either), clock.sleep(pollMs, either)]);
  happened.catch(() => {}); // whoever waits for it still sees the rejection
  return { happened, forget: () => forgotten.abort() };
}
