import { readdir, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Host } from '../../ports/host.ts';
import type { LogStore } from '../../ports/log-store.ts';
import { parseLogKey } from '../shared/log-rules.ts';
import { createChanges } from './changes.ts';
import { followLog, lastRecord, openIfThere, readLog } from './reader.ts';
import { takeOver } from './take-over.ts';
import { openForAppend, openWriter } from './writer.ts';

export interface FileLogStoreOptions {
  /**
   * Default: `logs` in the data directory. Instances on one store may be given the same one, on a file system that they share:
   * then each can show and follow the logs of all. Opening a log there makes a copy of it.
   */
  dir?: string;
  /** How often a follower looks by itself, where neither a writer here nor the file system tells it. At most 250. */
  pollMs?: number;
}

/** One file per attempt; a cursor is an offset in it, so that resuming is a seek and the end is read from the end. */
export const fileLogStore =
  (options: FileLogStoreOptions = {}) =>
  (host: Host): LogStore => {
    const root = options.dir ?? join(host.dataDir, 'logs');
    const pollMs = Math.min(options.pollMs ?? 250, 250);
    const shared = options.dir !== undefined;
    const changes = createChanges();

    const pathOf = (key: string): string => {
      const { runId, attempt } = parseLogKey(key);
      return join(root, runId.slice(0, 2), runId, `${attempt}.jsonl`);
    };

    return {
      async writer(key, { capBytes, epoch = 0 }) {
        const path = pathOf(key);
        const open = () => (shared ? takeOver({ key, path, epoch, id: host.entropy.id() }) : openForAppend(path));
        const changed = () => changes.ring(path);
        return openWriter({ key, path, capBytes, changed, open, shared, sealedByOthers: () => isSealed(path) });
      },
      read(key, { follow, ...range }) {
        const path = pathOf(key);
        return follow
          ? followLog(path, { ...range, clock: host.clock, changes, pollMs, shared })
          : readLog(path, range);
      },
      async sealed(key) {
        return isSealed(pathOf(key));
      },
      async remove(key) {
        const path = pathOf(key);
        await rm(path, { force: true });
        if (shared) await removeCopies(path);
        await rmdir(dirname(path)).catch(() => {}); // other attempts of the run may still have theirs
        changes.ring(path);
      },
    };
  };

const isSealed = async (path: string): Promise<boolean> => {
  const file = await openIfThere(path);
  if (file === null) return false;
  try {
    return (await lastRecord(file))?.kind === 'end';
  } finally {
    await file.close();
  }
};

// Whoever was killed while taking a log over leaves one.
const removeCopies = async (path: string): Promise<void> => {
  const names = await readdir(dirname(path)).catch(() => []);
  const copies = names.filter((name) => name.startsWith(`${basename(path)}.`));
  await Promise.all(copies.map((name) => rm(join(dirname(path), name), { force: true })));
};
