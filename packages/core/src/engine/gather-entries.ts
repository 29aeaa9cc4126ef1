import type { NewLogEntry } from '../ports/log-store.ts';

/** Passes entries on to a log as fast as that takes them: what comes while it is being written is written together. */
export interface Gatherer {
  /** Resolves when there is room for more. */
  add(entries: readonly NewLogEntry[]): Promise<void>;
  /** Resolves when all of it is written. */
  written(): Promise<void>;
}

/** More wait at their executor. So little that nobody notices how long it takes to read and mask it. */
const mostCharacters = 65_536;
/** What an entry costs besides its text, so that many short lines are bounded too. */
const overhead = 64;

/** `append` never rejects. */
export const gatherEntries = (append: (entries: NewLogEntry[]) => Promise<unknown>): Gatherer => {
  let waiting: NewLogEntry[] = [];
  let characters = 0;
  let writing: Promise<void> | null = null;

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const entries = waiting;
      waiting = [];
      characters = 0;
      await append(entries);
    }
    writing = null;
  };

  return {
    async add(entries) {
      if (entries.length === 0) return;
      for (const entry of entries) {
        waiting.push(entry);
        characters += entry.text.length + overhead;
      }
      writing ??= writeAll();
      if (characters >= mostCharacters) await writing;
    },
    written: async () => void (await writing),
  };
};
