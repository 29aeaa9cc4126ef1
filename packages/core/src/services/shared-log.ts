import { each, type Take } from '../ports/each.ts';
import type { LogEntry } from '../ports/log-store.ts';
import { type SharedReading, startReading } from './shared-reading.ts';

export interface LogReading {
  /** What stands in the log now. */
  read(range: { after?: string; tail?: number; signal: AbortSignal }): AsyncIterable<LogEntry>;
  /** As above, and what comes, until the log is over. */
  follow(range: { after?: string; signal: AbortSignal }): AsyncIterable<LogEntry>;
}

/** Followers of the same log in this process share one reading of it. */
export interface SharedLogs {
  /** Gives all that is read to `take`, until the log is over. */
  follow(key: string, reading: LogReading, range: Range, take: Take<LogEntry>): Promise<void>;
}

interface Range {
  after?: string;
  tail?: number;
  signal: AbortSignal;
}

export const newSharedLogs = (): SharedLogs => {
  const open = new Map<string, SharedReading>();
  return {
    async follow(key, reading, { after, tail, signal }, take) {
      let last = after;
      let shared: SharedReading | undefined;
      const note = ({ cursor }: LogEntry): void => {
        last = cursor;
      };
      const give: Take<LogEntry> = (entry) => {
        note(entry);
        return take(entry);
      };
      // Of a log that is followed from its end, the last entry is read for its place alone.
      if (tail !== undefined)
        await each(reading.read({ ...behind(last), tail: tail || 1, signal }), tail === 0 ? note : give);
      try {
        for (;;) {
          const seen = shared?.version ?? -1;
          const before = last;
          await each(reading.read({ ...behind(last), signal }), give);
          shared ??= join(open, key, { reading, last });
          if (shared.holds(last)) {
            await shared.push(last, give, signal);
            if (shared.isOver(last)) return;
          } else if (last === before) {
            if (shared.isOver()) return;
            if (shared.version === seen) await shared.change(signal);
          }
        }
      } finally {
        shared?.leave();
      }
    },
  };
};

const behind = (last: string | undefined): { after?: string } => (last === undefined ? {} : { after: last });

const join = (
  open: Map<string, SharedReading>,
  key: string,
  { reading, last }: { reading: LogReading; last: string | undefined },
): SharedReading => {
  let shared = open.get(key);
  if (!shared) {
    const made = startReading(
      (signal) => reading.follow({ ...behind(last), signal }),
      last,
      () => {
        if (open.get(key) === made) open.delete(key);
      },
    );
    open.set(key, made);
    shared = made;
  }
  shared.join();
  return shared;
};
