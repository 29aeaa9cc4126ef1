import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Host } from '../../ports/host.ts';
import type { LogStore } from '../../ports/log-store.ts';
import { parseLogKey } from '../shared/log-rules.ts';
import { createChanges } from './changes.ts';
import { followLog, lastRecord, readLog } from './reader.ts';
import { takeOver } from './take-over.ts';
import { namesOf, type OpenLog, openIfThere, openNewest, versionsOf } from './versions.ts';
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
    const openLog = shared ? openNewest : openIfThere;

    const pathOf = (key: string): string => {
      const { runId, attempt } = parseLogKey(key);
      return join(root, runId.slice(0, 2), runId, `${attempt}.jsonl`);
    };

    return {
      async writer(key, { capBytes, epoch = 0 }) {
        const path = pathOf(key);
        const open = () => (shared ? takeOver({ key, path, epoch, id: host.entropy.id() }) : openForAppend(path));
        const changed = () => changes.ring(path);
        return openWriter({
          key,
          path,
          capBytes,
          changed,
          open,
          shared,
          sealedByOthers: () => isSealed(openLog, path),
        });
      },
      read(key, { follow, ...range }) {
        const path = pathOf(key);
        return follow
          ? followLog(path, { ...range, openLog, clock: host.clock, changes, pollMs, shared })
          : readLog(path, { ...range, openLog });
      },
      async sealed(key) {
        return isSealed(openLog, pathOf(key));
      },
      async remove(key) {
        const path = pathOf(key);
        if (shared) await removeVersions(path);
        else await rm(path, { force: true });
        await rmdir(dirname(path)).catch(() => {}); // other attempts of the run may still have theirs
        changes.ring(path);
      },
    };
  };

const isSealed = async (openLog: (path: string) => Promise<OpenLog | null>, path: string): Promise<boolean> => {
  const opened = await openLog(path);
  if (opened === null) return false;
  try {
    return (await lastRecord(opened.file))?.kind === 'end';
  } finally {
    await opened.file.close();
  }
};

// The newest last, so that no older one shows while we are at it.
const removeVersions = async (path: string): Promise<void> => {
  const versions = (await versionsOf(path)).map((version) => version.path);
  const all = (await namesOf(path)).map((name) => join(dirname(path), name));
  for (const each of [...all.filter((name) => !versions.includes(name)), ...versions]) await rm(each, { force: true });
};
