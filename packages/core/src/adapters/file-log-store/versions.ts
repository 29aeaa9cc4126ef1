import { type FileHandle, open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * A log as one opening has made it, where instances share the directory: `2.7-1.jsonl` is that of attempt 2 as it was first opened
 * under the lease of epoch 7. The newest is the log, whatever else lies there, so that who comes late under an earlier lease reaches
 * nothing, however long it was stopped, and wherever. `2.jsonl`, from before the directory was shared, is older than all.
 */
export interface Version {
  epoch: number;
  /** Openings under the same lease are told apart by it. */
  turn: number;
  path: string;
}

const ending = '.jsonl';

/** The versions of the log that would lie at `path`, the newest last. */
export const versionsOf = async (path: string): Promise<Version[]> => {
  const versions = (await namesOf(path)).flatMap((name): Version[] => {
    if (name === basename(path)) return [{ epoch: 0, turn: 0, path }];
    const [, epoch, turn] = /^\d+\.(\d+)-(\d+)\.jsonl$/.exec(name) ?? [];
    return turn === undefined ? [] : [{ epoch: Number(epoch), turn: Number(turn), path: join(dirname(path), name) }];
  });
  return versions.sort((a, b) => a.epoch - b.epoch || a.turn - b.turn);
};

/** What follows `before` when it is opened under `epoch`. */
export const nextVersion = (path: string, epoch: number, before: Version | undefined): Version => {
  const turn = before?.epoch === epoch ? before.turn + 1 : 1;
  return { epoch, turn, path: `${path.slice(0, -ending.length)}.${epoch}-${turn}${ending}` };
};

/** What a version is called until it is whole. `id` is what no other opening has. */
export const copyOf = (path: string, id: string): string => `${path.slice(0, -ending.length)}.${id}.copy`;

/** Everything that belongs to the log: its versions, and the copies that someone left who was killed. */
export const namesOf = async (path: string): Promise<string[]> => {
  const names = await readdir(dirname(path)).catch(orThrow<string[]>([]));
  const attempt = basename(path).slice(0, -ending.length + 1);
  return names.filter((name) => name.startsWith(attempt));
};

export interface OpenLog {
  file: FileHandle;
  path: string;
}

/** Opens what now is the log, for reading. */
export const openNewest = async (path: string): Promise<OpenLog | null> => {
  for (;;) {
    const newest = (await versionsOf(path)).at(-1);
    if (newest === undefined) return null;
    const opened = await openIfThere(newest.path);
    if (opened) return opened; // else a newer one has taken its place just now, or it was removed
  }
};

export const openIfThere = async (path: string): Promise<OpenLog | null> =>
  open(path, 'r').then((file) => ({ file, path }), orThrow(null));

const orThrow =
  <T>(absent: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT') return absent;
    throw error;
  };
