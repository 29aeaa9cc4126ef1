import { Bell } from '../ports/bell.ts';
import { each, type Take } from '../ports/each.ts';
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
  /** Gives all that is read to `take`, until the log is over. */
  follow(key: string, reading: LogReading, range: Range, take: Take<LogEntry>): Promise<void>;
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
    async follow(key, reading, { after, tail, signal }, take) {
      let last = after;
      let first: { tail: number } | undefined = tail === undefined ? undefined : { tail };
      let shared: Shared | undefined;
      const give: Take<LogEntry> = (entry) => {
        last = entry.cursor;
        return take(entry);
      };
      try {
        for (;;) {
          const seen = shared?.version ?? -1;
          const before = last;
          await each(reading.read({ ...behind(last), ...first, signal }), give);
          const isBehind = last !== before;
          // Where the log is to be read from its end, and nothing stands there, it has no place yet.
          if (first && last === undefined) return await each(reading.follow({ ...first, signal }), give);
          first = undefined;
          shared ??= join(open, key, { reading, last });
          if (shared.places(last)) {
            await shared.push(last, give, signal);
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
  /** Gives all that comes behind it, until the end; ends early where `take` falls too far behind. */
  push(last: string | undefined, take: Take<LogEntry>, signal: AbortSignal): Promise<void>;
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
  /** Each looks at what is held, for one who waits for more. */
  const feeds = new Set<() => void>();

  const hold = (entry: LogEntry): void => {
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
        hold(entry);
        shared.version++;
        bell.ring();
        for (const feed of feeds) feed();
      }
      ended = {};
    } catch (error) {
      ended = { error };
    }
    shared.version++;
    gone();
    bell.ring();
    for (const feed of feeds) feed();
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
    push: (last: string | undefined, take: Take<LogEntry>, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        let at = placeOf(last) ?? -1;
        const settle = (settled: () => void): void => {
          feeds.delete(feed);
          signal.removeEventListener('abort', stop);
          settled();
        };
        const fail = (error: unknown): void => settle(() => reject(error));
        const stop = (): void => fail(signal.reason);
        // Called for each follower with each entry: it makes no promise as long as all is taken at once.
        const feed = (): void => {
          try {
            for (;;) {
              const entry = at < dropped ? undefined : held[at - dropped];
              if (!entry) {
                if (ended || at < dropped) settle(resolve);
                else feeds.add(feed);
                return;
              }
              at++;
              const taking = take(entry);
              if (taking) {
                feeds.delete(feed);
                taking.then(goOn, fail);
                return;
              }
            }
          } catch (error) {
            fail(error);
          }
        };
        const goOn = (): void => {
          if (!signal.aborted) feed();
        };
        if (signal.aborted) return stop();
        signal.addEventListener('abort', stop);
        feed();
      }),
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
