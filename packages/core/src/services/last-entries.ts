import type { LogEntry } from '../ports/log-store.ts';

/** What came last of a log, for those who follow it. A place is a number that counts from where the reading began. */
export interface LastEntries {
  add(entry: LogEntry): void;
  /** Undefined where nothing has come there yet, and where it is gone. */
  at(place: number): LogEntry | undefined;
  isGone(place: number): boolean;
  /** The place behind an entry; undefined where it is not known (any more). */
  behind(cursor: string | undefined): number | undefined;
  /** Whether nothing has come behind this entry. */
  endWith(cursor: string | undefined): boolean;
}

/** So much is held, and for moments twice that; who is further behind reads for himself until he has caught up. */
const mostEntries = 1_000;
const mostBytes = 2 ** 20;

export const newLastEntries = (startedBehind: string | undefined): LastEntries => {
  let held: LogEntry[] = [];
  let bytes = 0;
  /** The place of the first that is held. */
  let dropped = 0;
  /** Behind which entry the first that is held comes. */
  let before = startedBehind;
  const places = new Map<string, number>();

  // Not one by one: each cut moves the rest.
  const cut = (): void => {
    let count = 0;
    while (held.length - count > mostEntries || (bytes > mostBytes && held.length - count > 1)) {
      const oldest = held[count++];
      if (!oldest) break;
      bytes -= oldest.text.length;
      if (before !== undefined) places.delete(before);
      before = oldest.cursor;
    }
    held = held.slice(count);
    dropped += count;
  };

  return {
    add(entry) {
      places.set(entry.cursor, dropped + held.length);
      held.push(entry);
      bytes += entry.text.length;
      if (held.length >= 2 * mostEntries || bytes >= 2 * mostBytes) cut();
    },
    at: (place) => (place < dropped ? undefined : held[place - dropped]),
    isGone: (place) => place < dropped,
    behind(cursor) {
      if (cursor === before) return dropped;
      const at = cursor === undefined ? undefined : places.get(cursor);
      return at === undefined ? undefined : at + 1;
    },
    endWith: (cursor) => cursor === (held.at(-1)?.cursor ?? before),
  };
};
