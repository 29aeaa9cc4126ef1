import { Bell } from '@runyard/core/sql';
import type { Database } from '../database/database.ts';

/** Tells the followers of a log that it changed: those of one log in this process share a bell. */
export interface Bells {
  ring(key: string): void;
  subscribe(key: string): { bell: Bell; end(): void };
  close(): void;
}

/** Listens from the first follower on, for what other instances write. */
export const newBells = (database: Database): Bells => {
  const followed = new Map<string, { bell: Bell; followers: number }>();
  let unlisten: (() => void) | null = null;

  const heard = (key: string | null): void => {
    if (key !== null) followed.get(key)?.bell.ring();
    else for (const { bell } of followed.values()) bell.ring();
  };

  return {
    ring: heard,
    subscribe(key) {
      unlisten ??= database.listen('logs', heard);
      const entry = followed.get(key) ?? { bell: new Bell(), followers: 0 };
      entry.followers++;
      followed.set(key, entry);
      return {
        bell: entry.bell,
        end() {
          entry.followers--;
          if (entry.followers === 0) followed.delete(key);
        },
      };
    },
    close() {
      unlisten?.();
      unlisten = null;
    },
  };
};
