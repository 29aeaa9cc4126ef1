import type { Clock } from '@runyard/core';
import { unlessAborted } from '@runyard/core/executor-kit';
import { unavailable } from './faults.ts';

export interface Gate {
  /** Resolves when there is room, in the order of asking; call what it gives to leave. Throws `ExecutorUnavailable` where none comes. */
  enter(signal: AbortSignal): Promise<() => void>;
  /** Somebody inside was answered. */
  heard(): void;
}

/**
 * Lets so many in at once. Who waits is turned away only when nobody inside was answered for so long: where a thousand ask at once, the last of them
 * waits for long, and that says nothing of the server.
 */
export const createGate = (room: number, { clock, patienceMs }: { clock: Clock; patienceMs: number }): Gate => {
  const waiting = new Set<() => void>();
  let inside = 0;
  let heardAt = Number.NEGATIVE_INFINITY;

  const leave = (): void => {
    const [next] = waiting;
    if (next === undefined) inside--;
    else next();
  };

  const turn = async (signal: AbortSignal): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let ours = false;
    const enter = (): void => {
      waiting.delete(enter);
      ours = true;
      resolve();
    };
    waiting.add(enter);
    const over = new AbortController();
    try {
      const away = silence(over.signal);
      await unlessAborted(signal, Promise.race([promise, away]));
    } catch (error) {
      waiting.delete(enter);
      if (ours) leave();
      throw error;
    } finally {
      over.abort();
    }
  };

  const silence = async (signal: AbortSignal): Promise<never> => {
    const began = clock.monotonic();
    for (;;) {
      const left = Math.max(began, heardAt) + patienceMs - clock.monotonic();
      if (left <= 0) throw unavailable(`The Kubernetes API server has answered no call for ${patienceMs / 1000} s.`);
      await clock.sleep(Math.min(left, 30_000), signal);
    }
  };

  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (inside < room) inside++;
      else await turn(signal);
      let left = false;
      return () => {
        if (!left) leave();
        left = true;
      };
    },
    heard() {
      heardAt = clock.monotonic();
    },
  };
};
