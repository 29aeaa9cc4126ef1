import { type Clock, isRunyardError, type LogWriter, type NewLogEntry } from '@runyard/core';
import { Bell, follow, logClosed } from '@runyard/core/sql';
import type { Database } from '../database/database.ts';
import { admit, type LogState } from './admit.ts';
import type { LogTable } from './log-table.ts';
import { mergeChunks } from './merge.ts';
import { newPace } from './pace.ts';
import { type Chunk, cutIntoChunks, pack } from './pack.ts';
import { worthMerging } from './plan-merges.ts';
import { statements } from './statements.ts';

export interface WriterOptions {
  key: string;
  capBytes: number;
  epoch: number;
  database: Database;
  table: LogTable;
  clock: Clock;
  /** Called after each write, so that followers in this process need not wait for the database's word. */
  changed(): void;
}

interface Append {
  entries: readonly NewLogEntry[];
  resolve(): void;
  reject(cause: unknown): void;
}

/** Appends that wait are written at once when they come to this, however often that is: so a flood is not held up. */
const enoughBytes = 16 * 1024;
/** No more are taken into one write, unless one alone is larger. */
const mostBytes = 256 * 1024;

/** Takes a log over and writes it. Appends that wait at the same time go out in one write. */
export const openWriter = async (options: WriterOptions): Promise<LogWriter> => {
  const { key, capBytes, epoch, database, table, clock, changed } = options;
  const log = await table.open(key, epoch);
  if (!log) throw logClosed(key, 'closed');
  const pace = newPace(clock);
  const hurry = new Bell();
  const closing = new AbortController();
  let waiting: Append[] = [];
  let { state, chunks } = log;
  let flushing: Promise<void> | null = null;
  let sealing: Promise<void> | null = null;
  let closed = false;
  /** Somebody else opened it, or sealed it. */
  let lost = false;
  let inDoubt = false;

  // All or nothing, and the state moves only behind a whole write. Where the answer to one was lost, what it may have left
  // is replaced by the next.
  const write = async (next: LogState, added: readonly Chunk[]): Promise<void> => {
    const turn = table.nextTurn();
    const again = inDoubt ? { cutBackTo: state.last } : {};
    inDoubt = true;
    const ours = await table.write({ key, opened: log.opened, turn, state: next, chunks: added, ...again });
    inDoubt = false;
    lost = !ours;
    if (lost) throw logClosed(key, 'closed');
    state = next;
    chunks += added.length;
    changed();
  };

  const writeAppends = async (appends: readonly Append[]): Promise<void> => {
    const { lines, next } = admit(
      state,
      appends.flatMap(({ entries }) => entries),
      capBytes,
    );
    if (lines.length === 0)
      state = next; // all of it was dropped
    else await write(next, cutIntoChunks(lines, state.last + 1).map(pack));
  };

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      await ourTurn();
      const { taken, left } = takeAppends(waiting);
      waiting = left;
      pace.spend();
      try {
        if (lost) throw logClosed(key, 'closed');
        await writeAppends(taken);
        for (const { resolve } of taken) resolve();
      } catch (error) {
        for (const { reject } of taken) reject(error);
      }
      if (mergeBetween(state, chunks)) await merge().catch(() => {}); // the seal does it too
    }
    flushing = null;
  };

  const ourTurn = async (): Promise<void> => {
    for (;;) {
      const waitMs = pace.waitMs();
      if (waitMs === 0 || closed || sealing !== null || bytesOf(waiting) >= enoughBytes) return;
      const over = follow(closing.signal);
      await Promise.race([hurry.next(over.signal), clock.sleep(waitMs, over.signal)]).catch(() => {});
      over.end();
    }
  };

  const merge = async (): Promise<void> => {
    await mergeChunks(database, log, table.holder);
    chunks = 0; // since then
  };

  const seal = async (): Promise<void> => {
    await flushing;
    if (state.sealed) return;
    if (!lost && worthMerging({ chunks, bytes: state.bytes })) await merge();
    try {
      if (lost) throw logClosed(key, 'closed');
      await write({ ...state, sealed: true }, []);
    } catch (error) {
      if (!isRunyardError(error) || error.code !== 'closed' || !(await isSealed(database, key))) throw error;
      state = { ...state, sealed: true }; // by whoever took it over, or by us before the answer was lost
    }
  };

  return {
    resumeAfter: state.source.cursor,
    append(entries) {
      if (closed) return Promise.reject(logClosed(key, 'closed'));
      if (sealing !== null || state.sealed) return Promise.reject(logClosed(key, 'sealed'));
      return new Promise((resolve, reject) => {
        waiting.push({ entries, resolve, reject });
        hurry.ring();
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
      hurry.ring();
      return sealing;
    },
    async close() {
      if (closed) return;
      closed = true;
      closing.abort();
      await flushing;
      await sealing?.catch(() => {});
    },
  };
};

export const isSealed = async (database: Database, key: string): Promise<boolean> =>
  (await database.row(statements.look, key))?.[2] === 1;

const takeAppends = (waiting: readonly Append[]): { taken: Append[]; left: Append[] } => {
  let bytes = 0;
  let count = 0;
  while (count < waiting.length && (count === 0 || bytes < mostBytes)) bytes += bytesOf([waiting[count++]!]);
  return { taken: waiting.slice(0, count), left: waiting.slice(count) };
};

// In UTF-16 units, which is near enough.
const bytesOf = (appends: readonly Append[]): number =>
  appends.reduce((sum, { entries }) => sum + entries.reduce((inner, { text }) => inner + text.length, 0), 0);

// A log that is written for weeks must not lie in pieces for as long.
const mergeBetween = ({ bytes }: LogState, chunks: number): boolean => chunks >= 500 && worthMerging({ chunks, bytes });
