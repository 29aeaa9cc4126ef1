import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LogWriter, NewLogEntry } from '../../ports/log-store.ts';
import { drop, logClosed } from '../shared/log-rules.ts';
import { cutLine, endLine, entryLine } from './record.ts';
import { type LogState, recoverState } from './recover.ts';
import { syncDirectory } from './sync-directory.ts';

export interface WriterOptions {
  key: string;
  path: string;
  capBytes: number;
  /** Called after each write, so that followers in this process need not wait for the file system's word. */
  changed(): void;
  /** Opens the file. */
  open(): Promise<FileHandle>;
  /** Others may take the log over, by putting another file in its place. */
  shared: boolean;
  /** Whether whoever has the log now has sealed it. */
  sealedByOthers(): Promise<boolean>;
}

interface Batch {
  entries: readonly NewLogEntry[];
  resolve(): void;
  reject(cause: unknown): void;
}

/** One write holds at most about this much, so that a flood neither fills memory nor holds the event loop. */
const writeSize = 256 * 1024;

/** Opens a log for appending. Appends that wait at the same time go out in one write. */
export async function openWriter(options: WriterOptions): Promise<LogWriter> {
  const { key, path, capBytes, changed } = options;
  const file = await options.open();
  const waiting: Batch[] = [];
  let state: LogState;
  let flushing: Promise<void> | null = null;
  let sealing: Promise<void> | null = null;
  let torn = false;
  let closed = false;
  let lost = false;

  try {
    state = await recoverState(file);
    await file.truncate(state.size); // a torn last line
  } catch (error) {
    await file.close();
    throw error;
  }

  // All or nothing: what a full disk tore is cut off before anything follows it, and the state moves only behind a
  // whole write.
  async function write(lines: readonly Buffer[], next: LogState): Promise<void> {
    const bytes = Buffer.concat(lines);
    if (torn) await file.truncate(state.size);
    torn = true;
    for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done)).bytesWritten;
    torn = false;
    if (options.shared && (await isUnnamed(file))) lost = true;
    if (lost) throw logClosed(key, 'closed');
    state = { ...next, size: state.size + bytes.length };
    if (bytes.length > 0) changed();
  }

  async function writeBatch(entries: readonly NewLogEntry[]): Promise<void> {
    let next = state;
    let lines: Buffer[] = [];
    for (const entry of entries) {
      const step = admit(next, entry, capBytes);
      lines.push(...step.lines);
      next = step.next;
      if (next.size - state.size < writeSize) continue;
      await write(lines, next);
      lines = [];
      next = state;
    }
    await write(lines, next);
  }

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batches = waiting.splice(0);
      try {
        await writeBatch(batches.flatMap((batch) => batch.entries));
        for (const batch of batches) batch.resolve();
      } catch (error) {
        for (const batch of batches) batch.reject(error);
      }
    }
    flushing = null;
  }

  async function seal(): Promise<void> {
    await flushing;
    if (state.sealed) return;
    try {
      await file.datasync(); // the mark must not reach the disk before what it vouches for
      await write([endLine(state.dropped)], { ...state, sealed: true });
      await file.sync();
      await syncDirectory(dirname(path));
    } catch (error) {
      if (!lost || !(await options.sealedByOthers())) throw error;
      state = { ...state, sealed: true };
    }
  }

  return {
    resumeAfter: state.resumeAfter,
    append(entries) {
      if (closed) return Promise.reject(logClosed(key, 'closed'));
      if (sealing !== null || state.sealed) return Promise.reject(logClosed(key, 'sealed'));
      return new Promise((resolve, reject) => {
        waiting.push({ entries, resolve, reject });
        flushing ??= flush();
      });
    },
    seal() {
      if (closed && !state.sealed) return Promise.reject(logClosed(key, 'closed'));
      // A seal that failed may be tried again.
      sealing ??= seal().catch((error: unknown) => {
        sealing = null;
        throw error;
      });
      return sealing;
    },
    async close() {
      if (closed) return;
      closed = true;
      await flushing;
      await sealing?.catch(() => {});
      await file.close();
    },
  };
}

/** What an entry adds to the log, and the state behind it: output beyond the cap is only counted. */
function admit(state: LogState, entry: NewLogEntry, capBytes: number): { lines: Buffer[]; next: LogState } {
  const added = entryLine(entry, state.cut ? state.dropped : undefined);
  if (entry.stream === 'phase' || (!state.cut && state.size + added.length <= capBytes)) {
    return { lines: [added], next: { ...state, size: state.size + added.length } };
  }
  const dropped = drop(state.dropped, entry.text);
  if (state.cut) return { lines: [], next: { ...state, dropped } };
  const mark = cutLine(entry.at, capBytes);
  return { lines: [mark], next: { ...state, cut: true, dropped, size: state.size + mark.length } };
}

export async function openForAppend(path: string): Promise<FileHandle> {
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;
  for (let tries = 0; ; tries++) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      return await open(path, flags, 0o600);
    } catch (error) {
      // The log of an earlier attempt was removed just now, and the run's folder with it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 3) throw error;
    }
  }
}

// A network file system tells it in its own way.
async function isUnnamed(file: FileHandle): Promise<boolean> {
  try {
    return (await file.stat()).nlink === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESTALE') return true;
    throw error;
  }
}
