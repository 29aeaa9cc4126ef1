import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StartOrder } from './answers.ts';
import { type Attempt, start, stopStep, workspaceOf } from './attempt.ts';

/** All attempts that this agent holds. */
export interface Attempts {
  byId(id: string): Attempt | undefined;
  of(installation: string): Attempt[];
  /** Create-or-adopt: one that was started stays; an inert one makes room for a new one. null: somebody else has the key. */
  prepare(key: string, installation: string): Promise<Attempt | null>;
  /** Once, however often it is asked for. False: it was stopped before. */
  start(attempt: Attempt, order: StartOrder): Promise<boolean>;
  /** Brings its end nearer, never further away. Call `stopStep` until nothing runs. */
  stop(attempt: Attempt, graceMs: number): void;
  remove(attempt: Attempt): Promise<void>;
}

export const createAttempts = (dir: string, place: string): Attempts => {
  const held = new Map<string, Attempt>();
  const starting = new Map<string, Promise<void>>();

  // The id is taken out first, so that whoever comes late with it finds nothing.
  const remove = async (attempt: Attempt): Promise<void> => {
    held.delete(attempt.id);
    await starting.get(attempt.id);
    attempt.killAt = 0;
    for (let quiet = attempt.startedAt === null ? 2 : 0; quiet < 2; ) quiet = (await stopStep(attempt)) ? 0 : quiet + 1;
    starting.delete(attempt.id);
    await rm(attempt.dir, { recursive: true, force: true, maxRetries: 5 });
  };

  return {
    byId: (id) => held.get(id),
    of: (installation) => [...held.values()].filter((attempt) => attempt.installation === installation),

    async prepare(key, installation) {
      const same = [...held.values()].filter((attempt) => attempt.key === key);
      if (same.some((attempt) => attempt.installation !== installation)) return null;
      const started = same.find((attempt) => attempt.startedAt !== null);
      if (started !== undefined) return started;
      const id = randomBytes(8).toString('hex');
      const attempt: Attempt = {
        ...{ id, key, installation, createdAt: Date.now(), dir: join(dir, id) },
        ...{ startedAt: null, end: null, killAt: Number.POSITIVE_INFINITY, told: new Set<number>() },
      };
      // The old are out and the new is in before anybody else has a turn: of two with one key, both could be started.
      held.set(id, attempt);
      await Promise.all(same.map(remove));
      await mkdir(workspaceOf(attempt), { recursive: true, mode: 0o700 });
      return attempt;
    },

    async start(attempt, order) {
      if (attempt.startedAt === null && attempt.end !== null) return false;
      if (attempt.startedAt === null) starting.set(attempt.id, start(attempt, order, place));
      await starting.get(attempt.id);
      return true;
    },

    stop(attempt, graceMs) {
      if (attempt.startedAt === null) attempt.end ??= { at: Date.now(), how: 'stopped-before-start' };
      attempt.killAt = Math.min(attempt.killAt, performance.now() + graceMs);
    },

    remove,
  };
};
