import { randomBytes } from 'node:crypto';
import { isRunyardError, type Launch, startFailed } from '@runyard/core';
import type { EngineInfo } from '../engine/answers.ts';
import { isRefusal, unavailable } from '../engine/faults.ts';
import { type DockerHandle, isSafe } from '../handle.ts';
import { resolveImage } from '../images/resolve-image.ts';
import type { Settings } from '../options.ts';
import { inspectContainer } from '../outcome/look.ts';
import { refuseWhatIsNotAllowed } from '../spec/allowed.ts';
import type { DockerSpec } from '../spec/docker-spec.ts';
import { mountsFor } from '../spec/mounts.ts';
import { refuseEngineFiles } from '../spec/open-engine.ts';
import { checkOut } from './checkout.ts';
import { containerUser, isRoot } from './container-user.ts';
import { createBody } from './create-body.ts';
import { createOrAdopt, discardOwn, type Preparation, startedOrGone } from './create-or-adopt.ts';
import { fillVolume } from './fill-volume.ts';

/** A container that was never started, with its volume filled. One that was started is left as it is, an inert one is made anew. */
export const prepareAttempt = async (
  launch: Launch<DockerSpec>,
  preparation: Preparation,
  /** Throws where another engine answers than the one that the handle will name. */
  verifyPlace: () => Promise<EngineInfo>,
): Promise<DockerHandle> => {
  const { engine, host, settings, signal } = preparation;
  const name = containerName(launch);
  const spec = specOf(launch, settings);
  // An engine takes as long to tell of itself as all else until the container is made.
  const verifying = verifyPlace();
  verifying.catch(() => {}); // heard of below
  // Who is to be left as he is needs neither sources nor an image.
  if (launch.sources.length > 0) {
    const found = await inspectContainer(engine, name, signal);
    const started = found && (await startedOrGone(found, name, launch, preparation));
    if (started) {
      await verifying;
      return started;
    }
  }
  const { onProgress, log } = launch;
  const wanted = {
    ...{ image: spec.image ?? settings.image ?? '', settings: preparation.images, signal, onProgress, log },
    ...{ owner: spec.owner, credential: spec.wishes.registryCredential },
  };
  const {
    digest,
    user: imageUser,
    ...image
  } = await resolveImage(preparation.client, wanted).catch(async (error) => {
    // What another engine lacks says nothing of the job.
    await verifying;
    throw error;
  });
  const user = spec.wishes.user ?? settings.user ?? imageUser;
  const inline = needsNoFilling(launch, user);
  const gpus = await preparation.gpus(launch, signal);
  await using sources = launch.sources.length === 0 ? null : await checkOut(launch, host, signal);
  const volume = `runyard-${launch.key}-${randomBytes(8).toString('hex')}`;
  const body = createBody({
    launch,
    spec,
    settings,
    image: { ...image, ...(digest !== null && { digest }) },
    gpus,
    volume,
    inline,
  });
  const mounts = mountsFor(spec.wishes, spec.owner, settings);
  if (mounts.length > 0) refuseEngineFiles(mounts, settings, (await verifying).DockerRootDir);
  const made = await createOrAdopt(launch, { name, body, volume }, preparation);
  const { handle } = made;
  if (made.adopted) {
    await verifying;
    return handle;
  }
  try {
    await verifying;
    if (inline) return handle;
    signal.throwIfAborted();
    const owner = await containerUser(engine, { id: handle.id, user }, signal);
    await fillVolume({ engine, id: handle.id, launch, checkout: sources?.workspace ?? null, user: owner, signal });
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
const specOf = ({ spec, size }: Launch<Partial<DockerSpec>>, settings: Settings): DockerSpec => {
  const whole = { image: spec.image ?? null, owner: spec.owner ?? '', wishes: spec.wishes ?? {} };
  try {
    refuseWhatIsNotAllowed(whole, settings);
  } catch (error) {
    if (isRunyardError(error)) throw startFailed('not-allowed', error.message, error);
    throw error;
  }
  const { shmSize = 0 } = whole.wishes;
  if (shmSize > size.memoryBytes)
    throw startFailed(
      'not-allowed',
      `\`executorOptions.shmSize\` is ${shmSize} bytes, and the size ${size.name} has ${size.memoryBytes} bytes of memory, of which it would be a part. Ask for less, or take a larger size.`,
    );
  if ((whole.image ?? settings.image) === undefined)
    throw startFailed('image-missing', 'The job names no image, and the host gives none to all jobs any more.');
  return whole;
};

/**
 * To send something into a container that does not run, the engine mounts all of it, which takes a quarter of a start. A plain command needs
 * nothing sent: it is an argument, seen in lists of processes as any command is. A start script is not for everybody's eyes, and only root can make
 * the folders in a new volume; while it waits for secrets, its notes have to be there already.
 */
const needsNoFilling = ({ sources, secrets, script }: Launch, user: string): boolean =>
  sources.length === 0 &&
  secrets.length === 0 &&
  script.shell === 'sh' &&
  script.text.length <= mostInline &&
  isRoot(user);

// Linux takes 128 KiB in one argument.
const mostInline = 32 * 1024;

const overtaken = (key: string): Error =>
  unavailable(`The attempt ${key} was prepared anew while this preparation was still going on.`);
