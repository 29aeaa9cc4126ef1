import type { LogEntry, LogStore, NewLogEntry } from '../../ports/log-store.ts';
import { Bell } from '../shared/bell.ts';
import {
  cutText,
  type Dropped,
  drop,
  invalidCursor,
  logClosed,
  nothingDropped,
  parseLogKey,
} from '../shared/log-rules.ts';

interface MemoryLog {
  entries: NewLogEntry[];
  bytes: number;
  /** Index of the mark in `entries`; null: the cap was not reached. */
  cutAt: number | null;
  capBytes: number;
  dropped: Dropped;
  /** `dropped` as of the entry that `resumeAfter` comes from: what was dropped later is read, and dropped, again. */
  droppedBefore: Dropped;
  sealed: boolean;
  /** The highest that it was opened with. */
  epoch: number;
  /** How often it was opened: the last who did so writes. */
  writers: number;
}

/** For tests and simulations: a log lives as long as this object. A cursor is the number of entries up to it. */
export function memoryLogStore(): LogStore {
  const logs = new Map<string, MemoryLog>();
  const bell = new Bell();

  return {
    async writer(key, { capBytes, epoch = 0 }) {
      parseLogKey(key);
      const log = logs.get(key) ?? newLog();
      if (epoch < log.epoch) throw logClosed(key, 'closed');
      logs.set(key, log);
      log.epoch = epoch;
      log.capBytes = capBytes;
      if (!log.sealed) log.dropped = log.droppedBefore;
      const writer = ++log.writers;
      let closed = false;
      const ended = (): boolean => closed || log.writers !== writer;
      return {
        resumeAfter: log.entries.findLast((entry) => entry.sourceCursor !== undefined)?.sourceCursor,
        async append(entries) {
          if (ended() || log.sealed) throw logClosed(key, log.sealed ? 'sealed' : 'closed');
          for (const entry of entries) admit(log, entry);
          bell.ring();
        },
        async seal() {
          if (ended() && !log.sealed) throw logClosed(key, 'closed');
          log.sealed = true;
          bell.ring();
        },
        async close() {
          closed = true;
        },
      };
    },
    read(key, options) {
      parseLogKey(key);
      return readEntries(() => logs.get(key), bell, options);
    },
    sealed: async (key) => {
      parseLogKey(key);
      return logs.get(key)?.sealed ?? false;
    },
    async remove(key) {
      parseLogKey(key);
      logs.delete(key);
      bell.ring();
    },
  };
}

const newLog = (): MemoryLog => ({
  entries: [],
  epoch: 0,
  writers: 0,
  bytes: 0,
  cutAt: null,
  capBytes: 0,
  dropped: nothingDropped,
  droppedBefore: nothingDropped,
  sealed: false,
});

function admit(log: MemoryLog, entry: NewLogEntry): void {
  const size = Buffer.byteLength(entry.text);
  if (entry.stream === 'phase' || (log.cutAt === null && log.bytes + size <= log.capBytes)) {
    log.bytes += size;
    if (entry.sourceCursor !== undefined) log.droppedBefore = log.dropped;
    log.entries.push({ ...entry });
    return;
  }
  log.dropped = drop(log.dropped, entry.text);
  if (log.cutAt !== null) return;
  log.cutAt = log.entries.length;
  log.entries.push({ at: entry.at, stream: 'phase', text: '' });
}

async function* readEntries(
  find: () => MemoryLog | undefined,
  bell: Bell,
  { after, tail, follow, signal }: Parameters<LogStore['read']>[1],
): AsyncGenerator<LogEntry> {
  signal.throwIfAborted();
  let found: MemoryLog | undefined;
  let position: number | undefined;
  for (;;) {
    const log = find();
    if (log !== undefined) {
      position ??= startOf(log, after, tail);
      while (position < log.entries.length) {
        signal.throwIfAborted();
        yield shown(log, position++);
      }
    }
    if (!follow || log?.sealed || (found !== undefined && log !== found)) return;
    found = log;
    await bell.next(signal);
  }
}

function startOf(log: MemoryLog, after: string | undefined, tail: number | undefined): number {
  const behind = after === undefined ? 0 : Number(after);
  if (after !== undefined && (!/^\d+$/.test(after) || behind > log.entries.length)) throw invalidCursor(after);
  return tail === undefined ? behind : Math.max(behind, log.entries.length - tail);
}

function shown(log: MemoryLog, index: number): LogEntry {
  const { at, stream, text } = log.entries[index]!;
  const shownText = index === log.cutAt ? cutText(log.capBytes, log.sealed ? log.dropped : null) : text;
  return { cursor: String(index + 1), at, stream, text: shownText };
}
