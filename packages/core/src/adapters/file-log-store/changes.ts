import { type FSWatcher, watch } from 'node:fs';
import { Bell } from '../shared/bell.ts';

/** Tells the followers of a log that it changed. Followers of one log in this process share a bell. */
export interface Changes {
  ring(path: string): void;
  subscribe(path: string): Subscription;
}

export interface Subscription {
  readonly bell: Bell;
  /** Also listens to the file system, at this path, for writers in other processes. Once is enough. */
  watchFile(at: string): void;
  /** Another file is the log now. */
  forgetFile(): void;
  end(): void;
}

export function createChanges(): Changes {
  const followed = new Map<string, { bell: Bell; followers: number }>();

  return {
    ring: (path) => followed.get(path)?.bell.ring(),
    subscribe(path) {
      const entry = followed.get(path) ?? { bell: new Bell(), followers: 0 };
      entry.followers++;
      followed.set(path, entry);
      let watcher: FSWatcher | undefined;
      return {
        bell: entry.bell,
        watchFile(at) {
          watcher ??= watchQuietly(at, entry.bell);
        },
        forgetFile() {
          watcher?.close();
          watcher = undefined;
        },
        end() {
          watcher?.close();
          entry.followers--;
          if (entry.followers === 0) followed.delete(path);
        },
      };
    },
  };
}

// A host may be out of inotify watches, and network file systems have none: then the poll alone must do.
function watchQuietly(path: string, bell: Bell): FSWatcher | undefined {
  try {
    const watcher = watch(path, { persistent: false }, () => bell.ring());
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
