import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

const busyTimeoutMs = 5_000;
/** 16 MB. A burst writes the same pages again and again: the fewer times they go from the journal to the file, the better. */
const journalPages = 4096;

/** The one connection that writes. What it has committed survives a power cut. */
export const openWriter = (file: string): DatabaseSync => {
  makePrivate(file);
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: false });
  try {
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -16384;
      PRAGMA wal_autocheckpoint = ${journalPages};
    `);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/** A connection that cannot write; each read sees the newest commit. */
export const openReader = (file: string): DatabaseSync =>
  new DatabaseSync(file, { timeout: busyTimeoutMs, readOnly: true });

/**
 * A connection that leaves no trace: a plain reader makes the journal's files where there are none. Whoever reads through it
 * must know that no one writes meanwhile, or look again when somebody did: without a journal, nothing is locked.
 */
export const openToLook = (file: string): DatabaseSync => {
  if (existsSync(`${file}-wal`)) return openReader(file);
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, { readOnly: true });
};

// Jobs may hold what is not for everyone. SQLite gives its journals the mode of the main file. One that exists is
// never opened here: closing it would drop the locks that SQLite holds on it.
const makePrivate = (file: string): void => {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch {
    // It is there already; or it cannot be made, which SQLite says better.
  }
};
