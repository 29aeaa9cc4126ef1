import { DatabaseSync } from 'node:sqlite';

export interface ExclusiveLock {
  release(): void;
}

/**
 * Takes the one exclusive lock on a small database file; null where another holds it for longer than `waitMs`. The
 * kernel frees it with the process. Blocks the calling thread, so it is called on worker threads only.
 *
 * Nothing else may open this file in our process: POSIX drops every lock of a process on a file as soon as any
 * descriptor on it is closed. SQLite knows that of its own connections, and of no others.
 */
export const takeExclusiveLock = (file: string, waitMs: number): ExclusiveLock | null => {
  const db = new DatabaseSync(file, { timeout: 0 });
  const patience = performance.now() + waitMs;
  try {
    while (!locked(db)) {
      if (performance.now() >= patience) {
        db.close();
        return null;
      }
      rest(pauseMs);
    }
  } catch (error) {
    db.close();
    throw error;
  }
  return { release: () => db.close() };
};

/** True while somebody holds the lock. Waits for nothing, and takes nothing. Never called in a process that holds it itself. */
export const isLocked = (file: string): boolean => {
  const db = new DatabaseSync(file, { timeout: 0, readOnly: true });
  try {
    db.prepare('SELECT 1 FROM sqlite_master').get();
    return false;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === busy) return true;
    throw error;
  } finally {
    db.close();
  }
};

const pauseMs = 20;

const locked = (db: DatabaseSync): boolean => {
  try {
    db.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === busy) return false;
    throw error;
  }
};

const busy = 5;

const rest = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};
