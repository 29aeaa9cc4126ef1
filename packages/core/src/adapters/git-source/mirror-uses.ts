import { readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../ports/host.ts';

/** Knows who works with which mirror, and when each was used last, so that those that nobody needs can go. */
export interface MirrorUses {
  /** Does work on a mirror, which is not removed meanwhile. */
  during<T>(dir: string, work: () => Promise<T>): Promise<T>;
  /** Removes mirrors of this folder that nobody has used for so long; a few at a call. */
  prune(root: string, unusedMs: number, signal: AbortSignal): Promise<void>;
}

/** Its time is that of the last use. */
const markName = 'runyard-used';
const markEveryMs = 3_600_000;
const mostAtOnce = 10;

export function mirrorUses({ clock, entropy }: Pick<Host, 'clock' | 'entropy'>): MirrorUses {
  const users = new Map<string, number>();
  const marked = new Map<string, number>();
  const removing = new Map<string, Promise<void>>();

  async function during<T>(dir: string, work: () => Promise<T>): Promise<T> {
    while (removing.has(dir)) await removing.get(dir);
    users.set(dir, (users.get(dir) ?? 0) + 1);
    try {
      return await work();
    } finally {
      await mark(dir);
      const left = (users.get(dir) ?? 1) - 1;
      if (left > 0) users.set(dir, left);
      else users.delete(dir);
    }
  }

  async function mark(dir: string): Promise<void> {
    const now = clock.now();
    if (Math.abs(now - (marked.get(dir) ?? Number.NEGATIVE_INFINITY)) < markEveryMs) return;
    try {
      const file = join(dir, markName);
      await writeFile(file, '');
      await utimes(file, now / 1000, now / 1000);
      marked.set(dir, now);
    } catch {
      // There is no mirror, or no room on the disk: an older mark, or the mirror's own age, has to do.
    }
  }

  async function prune(root: string, unusedMs: number, signal: AbortSignal): Promise<void> {
    let removed = 0;
    // Where nothing was ever fetched there is no folder.
    const names = await readdir(root).catch(() => []);
    for (const name of names.filter(isMirror)) {
      signal.throwIfAborted();
      const dir = join(root, name);
      const usedAt = await lastUse(dir);
      if (usedAt === null || clock.now() - usedAt < unusedMs || users.has(dir)) continue;
      await remove(dir);
      if (++removed === mostAtOnce) return;
    }
  }

  // Whoever wants it now waits until its name is free, which is a moment; what is killed in between is removed at the next start.
  async function remove(dir: string): Promise<void> {
    const away = `${dir}.${entropy.id()}`;
    const renaming = rename(dir, away).finally(() => removing.delete(dir));
    removing.set(dir, renaming);
    await renaming;
    marked.delete(dir);
    await rm(away, { recursive: true, force: true, maxRetries: 5 });
  }

  return { during, prune };
}

const isMirror = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);

// One that was made by an earlier version has no mark.
const lastUse = async (dir: string): Promise<number | null> => {
  for (const path of [join(dir, markName), dir]) {
    const at = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    );
    if (at !== null) return at;
  }
  return null;
};
