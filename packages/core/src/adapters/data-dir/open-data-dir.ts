import { resolve } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import { lockDataDir } from './lock-data-dir.ts';
import { makeUsable } from './make-usable.ts';
import { ownPlace } from './own-place.ts';

export interface DataDir {
  /** Absolute. */
  readonly dir: string;
  /** The directory's own random id: 32 hex digits. */
  readonly place: string;
  /** Frees the lock. Idempotent. */
  release(): Promise<void>;
}

/**
 * Makes the directory where it is missing, and holds it for this instance alone until `release` or the end of the
 * process, however that ends. Throws `data-dir-unusable`, or `data-dir-locked` where another holds it for longer than
 * `waitMs`.
 */
export const openDataDir = async (path: string, options: { clock: Clock; waitMs?: number }): Promise<DataDir> => {
  const dir = resolve(path);
  await makeUsable(dir);
  const lock = await lockDataDir(dir, { since: options.clock.now(), waitMs: options.waitMs ?? patienceMs });
  try {
    return { dir, place: await ownPlace(dir), release: lock.release };
  } catch (error) {
    await lock.release();
    throw error;
  }
};

const patienceMs = 10_000;
