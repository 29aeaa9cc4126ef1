import { randomBytes } from 'node:crypto';
import { ExecutorConflict, type Host, isRunyardError, type Launch, startFailed } from '@runyard/core';
import { voidClaim } from '../claim.ts';
import type { Container } from '../engine/answers.ts';
import type { Engine } from '../engine/engine.ts';
import { isRefusal, unavailable } from '../engine/faults.ts';
import { lingering } from '../engine/lingering.ts';
import { type DockerHandle, handleFrom, isSafe } from '../handle.ts';
import { ensureImage } from '../images/ensure-image.ts';
import type { Settings } from '../options.ts';
import { inspectContainer } from '../outcome/look.ts';
import { removeAttempt } from '../remove.ts';
import { refuseWhatIsNotAllowed } from '../spec/allowed.ts';
import type { DockerSpec } from '../spec/parse-spec.ts';
import { checkOut } from './checkout.ts';
import { containerUser } from './container-user.ts';
import { createBody } from './create-body.ts';
import { createFault } from './create-fault.ts';
import { fillVolume } from './fill-volume.ts';

export interface Preparation {
  engine: Engine;
  host: Host;
  settings: Settings;
  place: string;
  signal: AbortSignal;
}

/** A container that was never started, with its volume filled. One that was started is left as it is, an inert one is made anew. */
export const prepareAttempt = async (launch: Launch<DockerSpec>, preparation: Preparation): Promise<DockerHandle> => {
  const { engine, host, settings, signal } = preparation;
  const name = containerName(launch);
  const spec = specOf(launch, settings);
  // Who is to be left as he is needs neither sources nor an image.
  if (launch.sources.length > 0) {
    const found = await inspectContainer(engine, name, signal);
    const started = found && (await startedOrGone(found, name, launch, preparation));
    if (started) return started;
  }
  const ref = spec.image ?? settings.image ?? '';
  const image = await ensureImage(engine, ref, signal);
  await using sources = launch.sources.length === 0 ? null : await checkOut(launch, host, signal);
  const volume = `runyard-${launch.key}-${randomBytes(8).toString('hex')}`;
  const body = createBody({ launch, spec, settings, image, volume });
  const made = await createOrAdopt(launch, { name, body, volume }, preparation);
  if (made.adopted) return made.handle;
  const { handle } = made;
  try {
    signal.throwIfAborted();
    const user = await userOf(engine, handle.id, spec.wishes.user ?? settings.user, signal);
    await fillVolume({ engine, id: handle.id, launch, checkout: sources?.workspace ?? null, user, signal });
    return handle;
  } catch (error) {
    await discardOwn(handle, preparation);
    throw isRefusal(error, 404) ? overtaken(launch.key) : error;
  }
};

const containerName = ({ installation, key }: Launch): string => {
  if (!isSafe(installation) || !isSafe(key)) throw new TypeError(`not a key that can name a container: ${key}`);
  return `runyard-${installation}-${key}`;
};

// Asked again, since what the host allows may have changed since the job was saved.
const specOf = ({ spec }: Launch<Partial<DockerSpec>>, settings: Settings): DockerSpec => {
  const whole = { image: spec.image ?? null, owner: spec.owner ?? '', wishes: spec.wishes ?? {} };
  try {
    refuseWhatIsNotAllowed(whole.wishes, whole.owner, settings);
  } catch (error) {
    if (isRunyardError(error)) throw startFailed('not-allowed', error.message, error);
    throw error;
  }
  if ((whole.image ?? settings.image) === undefined)
    throw startFailed('image-missing', 'The job names no image, and the host gives none to all jobs any more.');
  return whole;
};

interface Creation {
  name: string;
  body: object;
  volume: string;
}

const createOrAdopt = async (
  launch: Launch,
  { name, body, volume }: Creation,
  preparation: Preparation,
): Promise<{ adopted: boolean; handle: DockerHandle }> => {
  const { engine, signal } = preparation;
  for (let tries = 1; tries <= mostTries; tries++) {
    try {
      const question = { method: 'POST', path: '/containers/create', query: { name }, body } as const;
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

// Its handle, where it was started; null once it is gone, because nothing of it had run.
const startedOrGone = async (
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
  // Started since it was looked at, or gone, or so early that it has no folder of notes yet.
  const again = await inspectContainer(engine, found.Id, signal);
  if (again !== null && again.State.Status !== 'created') return handle;
  if (again !== null) await removeUnfilled(handle, { engine, host, signal });
  return null;
};

// Without its notes a container cannot run anything of the job's: its wrapper is not there.
const removeUnfilled = async (
  handle: DockerHandle,
  { engine, host, signal }: Pick<Preparation, 'engine' | 'host' | 'signal'>,
): Promise<void> => removeAttempt(handle, { engine, clock: host.clock, signal });

// Whose signal ends the preparation must not end the tidying up. What cannot be removed now, the sweeper finds.
const discardOwn = async (handle: DockerHandle, { engine, host }: Preparation): Promise<void> => {
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

const userOf = async (engine: Engine, id: string, asked: string | undefined, signal: AbortSignal) => {
  const user = asked ?? (await inspectContainer(engine, id, signal))?.Config.User ?? '';
  return containerUser(engine, { id, user }, signal);
};

const overtaken = (key: string): Error =>
  unavailable(`The attempt ${key} was prepared anew while this preparation was still going on.`);
