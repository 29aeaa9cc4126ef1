import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Host } from '../../ports/host.ts';
import type { LogStore } from '../../ports/log-store.ts';
import { parseLogKey } from '../shared/log-rules.ts';
import { createChanges } from './changes.ts';
import { followLog, lastRecord, openIfThere, readLog } from './reader.ts';
import { openWriter } from './writer.ts';

export interface FileLogStoreOptions {
  /** Default: `logs` in the data directory. */
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
    const changes = createChanges();

    const pathOf = (key: string): string => {
      const { runId, attempt } = parseLogKey(key);
      return join(root, runId.slice(0, 2), runId, `${attempt}.jsonl`);
    };

    return {
      async writer(key, { capBytes }) {
        const path = pathOf(key);
        return openWriter({ key, path, capBytes, changed: () => changes.ring(path) });
      },
      read(key, { follow, ...range }) {
        const path = pathOf(key);
        return follow ? followLog(path, { ...range, clock: host.clock, changes, pollMs }) : readLog(path, range);
      },
      async sealed(key) {
        const file = await openIfThere(pathOf(key));
        if (file === null) return false;
        try {
          return (await lastRecord(file))?.kind === 'end';
        } finally {
          await file.close();
        }
      },
      async remove(key) {
        const path = pathOf(key);
        await rm(path, { force: true });
        await rmdir(dirname(path)).catch(() => {}); // other attempts of the run may still have theirs
        changes.ring(path);
      },
    };
  };
