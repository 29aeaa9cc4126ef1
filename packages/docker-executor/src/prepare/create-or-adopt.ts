import { ExecutorConflict, type Host, type Launch } from '@runyard/core';
import { voidClaim } from '../claim.ts';
import type { Container } from '../engine/answers.ts';
import type { DockerClient } from '../engine/client.ts';
import type { Engine } from '../engine/engine.ts';
import { isRefusal, unavailable } from '../engine/faults.ts';
import { lingering } from '../engine/lingering.ts';
import { startMs } from '../engine/patience.ts';
import type { GpusOf } from '../gpus/gpus-of.ts';
import { type DockerHandle, handleFrom } from '../handle.ts';
import type { ImageSettings } from '../images/image-settings.ts';
import type { Settings } from '../options.ts';
import { inspectContainer } from '../outcome/look.ts';
import { removeAttempt } from '../remove.ts';
import { createFault } from './create-fault.ts';

export interface Preparation {
  engine: Engine;
  client: DockerClient;
  images: ImageSettings;
  gpus: GpusOf;
  host: Host;
  settings: Settings;
  place: string;
  signal: AbortSignal;
}

export interface Creation {
  name: string;
  body: object;
  volume: string;
}

/** A container that nobody has started, or the one of this name that somebody has. What only lay there is removed. */
export const createOrAdopt = async (
  launch: Launch,
  { name, body, volume }: Creation,
  preparation: Preparation,
): Promise<{ adopted: boolean; handle: DockerHandle }> => {
  const { engine, signal } = preparation;
  for (let tries = 1; tries <= mostTries; tries++) {
    try {
      const question = {
        method: 'POST',
        path: '/containers/create',
        query: { name },
        body,
        timeoutMs: startMs,
      } as const;
      const create = (late: AbortSignal) => engine.ask<{ Id: string }>({ ...question, signal: late });
      const { Id } = await lingering(signal, lingerMs, create);
      const { Labels } = body as { Labels: Record<string, string> };
      const handle = handleFrom({ id: Id, labels: Labels }, preparation.place);
      if (handle) return { adopted: false, handle };
    } catch (error) {
      if (!isRefusal(error, 409)) {
        await discardUntold({ name, volume }, preparation);
        throw createFault(error);
      }
      const found = await inspectContainer(engine, name, signal);
      const started = found && (await startedOrGone(found, name, launch, preparation));
      if (started) return { adopted: true, handle: started };
    }
  }
  throw unavailable(`The attempt ${launch.key} is being prepared by several at once.`);
};

const mostTries = 5;

// The engine makes it also for who has hung up: to know what there is to take away, its answer is waited for.
const lingerMs = 5_000;

/** The handle of what has the name, where it was started; null once it is gone, because nothing of it had run. */
export const startedOrGone = async (
  found: Container,
  name: string,
  { installation, key }: Launch,
  { engine, host, place, signal }: Preparation,
): Promise<DockerHandle | null> => {
  const handle = handleFrom({ id: found.Id, labels: found.Config.Labels }, place);
  if (handle?.installation !== installation || handle.key !== key)
    throw new ExecutorConflict(
      `The container ${name} (${found.Id.slice(0, 12)}) has the name of the attempt ${key} and is not ours. It was not touched: look at it, and rename or remove it.`,
    );
  if (found.State.Status !== 'created') return handle;
  if (await voidClaim(engine, found.Id, signal)) {
    await removeAttempt(handle, { engine, clock: host.clock, signal });
    return null;
  }
  // Started since it was looked at, or gone.
  return (await inspectContainer(engine, found.Id, signal)) === null ? null : handle;
};

/** Takes away what a preparation made: whose signal ends it must not end the tidying up. What cannot be removed now, the sweeper finds. */
export const discardOwn = async (handle: DockerHandle, { engine, host }: Preparation): Promise<void> => {
  const { signal } = new AbortController();
  await removeAttempt(handle, { engine, clock: host.clock, signal }).catch(() => {});
};

// Nobody knows whether the engine has made it.
const discardUntold = async (
  { name, volume }: { name: string; volume: string },
  preparation: Preparation,
): Promise<void> => {
  const { signal } = new AbortController();
  try {
    const found = await inspectContainer(preparation.engine, name, signal);
    const handle = found && handleFrom({ id: found.Id, labels: found.Config.Labels }, preparation.place);
    await discardOwn({ ...(handle?.volume === volume ? handle : nobody), volume }, preparation);
  } catch {
    // The engine is away: the sweeper finds what is left.
  }
};

const nobody: DockerHandle = { v: 1, place: '', installation: '', key: '', id: '', volume: '', image: null };
