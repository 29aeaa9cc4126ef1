import { Bell } from '../ports/bell.ts';
import { follow } from '../ports/follow.ts';
import type { LogEntry } from '../ports/log-store.ts';
import { noLonger } from '../ports/no-longer.ts';

export interface LogReading {
  /** What stands in the log now. */
  read(range: { after?: string; tail?: number; signal: AbortSignal }): AsyncIterable<LogEntry>;
  /** As above, and what comes, until the log is over. */
  follow(range: { after?: string; tail?: number; signal: AbortSignal }): AsyncIterable<LogEntry>;
}

/** Followers of the same log in this process share one reading of it. */
export interface SharedLogs {
  follow(key: string, reading: LogReading, range: Range): AsyncIterable<LogEntry>;
}

interface Range {
  after?: string;
  tail?: number;
  signal: AbortSignal;
}

/** So much of what came last is held, and for moments twice that, for those who follow; who is further behind reads for himself until he has caught up. */
const mostEntries = 1_000;
const mostBytes = 2 ** 20;

export const newSharedLogs = (): SharedLogs => {
  const open = new Map<string, Shared>();
  return {
    async *follow(key, reading, { after, tail, signal }) {
      let last = after;
      let first: { tail: number } | undefined = tail === undefined ? undefined : { tail };
      let shared: Shared | undefined;
      try {
        for (;;) {
          const seen = shared?.version ?? -1;
          let isBehind = false;
          for await (const entry of reading.read({ ...behind(last), ...first, signal })) {
            isBehind = true;
            last = entry.cursor;
            yield entry;
          }
          // Where the log is to be read from its end, and nothing stands there, it has no place yet.
          if (first && last === undefined) return yield* reading.follow({ ...first, signal });
          first = undefined;
          shared ??= join(open, key, { reading, last });
          if (shared.places(last)) {
            for await (const entry of shared.from(last, signal)) {
              last = entry.cursor;
              yield entry;
            }
            if (shared.isOver(last)) return;
          } else if (!isBehind) {
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

interface Shared {
  followers: number;
  /** Rises with all that comes. */
  readonly version: number;
  /** Whether what comes behind this entry is held. */
  places(last: string | undefined): boolean;
  /** All that comes behind it, until the end; ends early where it falls too far behind. */
  from(last: string | undefined, signal: AbortSignal): AsyncIterable<LogEntry>;
  /** The log has ended, with this entry; throws what it ended by. */
  isOver(last?: string): boolean;
  change(signal: AbortSignal): Promise<void>;
  leave(): void;
}

const join = (
  open: Map<string, Shared>,
  key: string,
  given: { reading: LogReading; last: string | undefined },
): Shared => {
  let shared = open.get(key);
  if (!shared) {
    const made = startReading(given, () => {
      if (open.get(key) === made) open.delete(key);
    });
    open.set(key, made);
    shared = made;
  }
  shared.followers++;
  return shared;
};

const startReading = (
  { reading, last: startedBehind }: { reading: LogReading; last: string | undefined },
  gone: () => void,
): Shared => {
  const bell = new Bell();
  const over = follow();
  let held: LogEntry[] = [];
  let bytes = 0;
  /** Of the first that is held, counted from the beginning of this reading. */
  let dropped = 0;
  /** Behind which entry the first that is held comes. */
  let before = startedBehind;
  const positions = new Map<string, number>();
  let ended: { error?: unknown } | null = null;

  const take = (entry: LogEntry): void => {
    positions.set(entry.cursor, dropped + held.length);
    held.push(entry);
    bytes += entry.text.length;
    // Not one by one: each cut moves the rest.
    if (held.length < 2 * mostEntries && bytes < 2 * mostBytes) return;
    let cut = 0;
    while (held.length - cut > mostEntries || (bytes > mostBytes && held.length - cut > 1)) {
      const oldest = held[cut++];
      if (!oldest) break;
      bytes -= oldest.text.length;
      if (before !== undefined) positions.delete(before);
      before = oldest.cursor;
    }
    held = held.slice(cut);
    dropped += cut;
  };

  const run = async (): Promise<void> => {
    try {
      for await (const entry of reading.follow({ ...behind(startedBehind), signal: over.signal })) {
        take(entry);
        shared.version++;
        bell.ring();
      }
      ended = {};
    } catch (error) {
      ended = { error };
    }
    shared.version++;
    gone();
    bell.ring();
  };

  const placeOf = (last: string | undefined): number | undefined => {
    if (last === before) return dropped;
    const at = last === undefined ? undefined : positions.get(last);
    return at === undefined ? undefined : at + 1;
  };

  const shared = {
    followers: 0,
    version: 0,
    places: (last: string | undefined) => placeOf(last) !== undefined,
    async *from(last: string | undefined, signal: AbortSignal) {
      for (let at = placeOf(last) ?? -1; at >= dropped; ) {
        signal.throwIfAborted();
        const entry = held[at - dropped];
        if (entry) {
          at++;
          yield entry;
        } else if (ended) return;
        else await bell.next(signal);
      }
    },
    isOver(last?: string) {
      if (!ended || (last !== undefined && last !== (held.at(-1)?.cursor ?? before))) return false;
      if ('error' in ended) throw ended.error;
      return true;
    },
    change: (signal: AbortSignal) => (ended ? Promise.resolve() : bell.next(signal)),
    leave() {
      if (--shared.followers > 0) return;
      gone();
      over.end(noLonger);
    },
  };
  void run();
  return shared;
};
