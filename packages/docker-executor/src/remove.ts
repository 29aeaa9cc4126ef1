import type { Clock } from '@runyard/core';
import type { Engine } from './engine/engine.ts';
import { isRefusal, unavailable } from './engine/faults.ts';
import type { DockerHandle } from './handle.ts';

export interface Removal {
  engine: Engine;
  clock: Clock;
  signal: AbortSignal;
  /** False: what runs is not ended, and `ExecutorUnavailable` says that it could not be removed. Default true. */
  force?: boolean;
}

/** Ends and removes a container and its volume, and resolves once both are gone. False: the engine that was asked had no such container. */
export const removeAttempt = async (
  { id, volume }: Pick<DockerHandle, 'id' | 'volume'>,
  removal: Removal,
): Promise<boolean> => {
  const found = id !== '' && (await removeContainer(id, removal));
  await untilRemoved({ path: `/volumes/${volume}`, query: { force: true } }, removal);
  return found;
};

/** The container with what runs in it, and its anonymous volumes. */
export const removeContainer = (id: string, removal: Removal): Promise<boolean> =>
  untilRemoved({ path: `/containers/${id}`, query: { force: removal.force ?? true, v: true } }, removal);

// 409: it is being removed already, or what uses the volume is. 500: a mount of it is still busy. Both pass.
const untilRemoved = async (
  what: { path: string; query: Record<string, boolean> },
  { engine, clock, signal }: Removal,
): Promise<boolean> => {
  for (let tries = 1; ; tries++) {
    try {
      await engine.ask({ method: 'DELETE', ...what, signal, timeoutMs: removalMs });
      return true;
    } catch (error) {
      if (isRefusal(error, 404)) return tries > 1;
      if (!isRefusal(error, 409, 500)) throw error;
      if (tries === mostTries) throw unavailable(`${what.path} could not be removed: ${error.words}`, error);
      await clock.sleep(pauseMs * tries, signal);
    }
  }
};

// A large volume takes its time.
const removalMs = 300_000;
const mostTries = 10;
const pauseMs = 20;
