import { Bell } from '../ports/bell.ts';
import type { Take } from '../ports/each.ts';
import { follow } from '../ports/follow.ts';
import type { LogEntry } from '../ports/log-store.ts';
import { noLonger } from '../ports/no-longer.ts';
import { newLastEntries } from './last-entries.ts';

/** One reading of a log, for all who follow it in this process. */
export interface SharedReading {
  /** Who leaves last ends it. */
  join(): void;
  leave(): void;
  /** Rises with all that comes. */
  readonly version: number;
  /** Resolves at what comes next. */
  change(signal: AbortSignal): Promise<void>;
  /** Whether what comes behind this entry is held. */
  holds(last: string | undefined): boolean;
  /** Gives all that comes behind it, until the end; ends early where `take` falls too far behind. */
  push(last: string | undefined, take: Take<LogEntry>, signal: AbortSignal): Promise<void>;
  /** The log has ended, with this entry where one is given; throws what it ended by. */
  isOver(last?: string): boolean;
}

/** Begins to read. `gone` is called when there is no more to come of it, and when all have left. */
export const startReading = (
  read: (signal: AbortSignal) => AsyncIterable<LogEntry>,
  startedBehind: string | undefined,
  gone: () => void,
): SharedReading => {
  const bell = new Bell();
  const over = follow();
  const entries = newLastEntries(startedBehind);
  let followers = 0;
  let version = 0;
  let ended: { error?: unknown } | null = null;
  /** Of those who have all that came: each is to look again. */
  const feeds = new Set<() => void>();

  const tell = (): void => {
    version++;
    bell.ring();
    for (const feed of feeds) feed();
  };

  const run = async (): Promise<void> => {
    try {
      for await (const entry of read(over.signal)) {
        entries.add(entry);
        tell();
      }
      ended = {};
    } catch (error) {
      ended = { error };
    }
    gone();
    tell();
  };

  const push: SharedReading['push'] = (last, take, signal) =>
    new Promise((resolve, reject) => {
      let place = entries.behind(last) ?? -1;
      const settle = (settled: () => void): void => {
        feeds.delete(feed);
        signal.removeEventListener('abort', stop);
        settled();
      };
      const fail = (error: unknown): void => settle(() => reject(error));
      const stop = (): void => fail(signal.reason);
      const goOn = (): void => {
        if (!signal.aborted) feed();
      };
      // Called for each follower with each entry: it makes no promise as long as all is taken at once.
      const feed = (): void => {
        try {
          for (;;) {
            const entry = entries.at(place);
            if (!entry) {
              if (ended || entries.isGone(place)) settle(resolve);
              else feeds.add(feed);
              return;
            }
            place++;
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
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop);
      feed();
    });

  void run();
  return {
    join() {
      followers++;
    },
    leave() {
      if (--followers > 0) return;
      gone();
      over.end(noLonger);
    },
    get version() {
      return version;
    },
    change: (signal) => (ended ? Promise.resolve() : bell.next(signal)),
    holds: (last) => entries.behind(last) !== undefined,
    push,
    isOver(last) {
      if (!ended || (last !== undefined && !entries.endWith(last))) return false;
      if ('error' in ended) throw ended.error;
      return true;
    },
  };
};
