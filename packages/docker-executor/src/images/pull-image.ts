import { createHash } from 'node:crypto';
import { type Clock, infrastructureFailed, type Progress } from '@runyard/core';
import { pullFailure } from '@runyard/core/executor-kit';
import { askEngine, statusOf, wordsOf } from './asking-engine.ts';
import type { DockerImages, EngineAuth, InspectedImage } from './docker-images.ts';
import { engineLines } from './engine-lines.ts';
import { digestOf, findImage } from './find-image.ts';
import { engineReference, type ImageReference } from './image-reference.ts';
import { newPullProgress } from './pull-progress.ts';
import { sharedWorkOf } from './shared-work.ts';
import { newSilence } from './silence.ts';

export interface PullImage {
  ref: string;
  reference: ImageReference;
  auth: EngineAuth | null;
  clock: Clock;
  signal: AbortSignal;
  onProgress(progress: Progress): void;
  log(line: string): void;
}

type Told = { log: string } | { sentence: string };

/** Pulls, or waits for who is pulling the same with the same credentials. */
export const pullImage = async (docker: DockerImages, options: PullImage): Promise<InspectedImage> => {
  const { ref, clock, signal, onProgress, log } = options;
  const progress = (sentence: string): void =>
    onProgress({ state: 'waiting', phase: 'image-pull', sentence, at: clock.now() });
  return pullsOf(docker)(keyOf(options), {
    signal,
    onTold: (told) => ('log' in told ? log(told.log) : progress(told.sentence)),
    onJoined: () => {
      log(`waiting for the pull of ${ref} that another start began`);
      progress(`Pulling ${ref}.`);
    },
    work: (work) => pull(docker, options, work),
  });
};

const pullsOf = sharedWorkOf<InspectedImage, Told>();

// Who has no right to an image must not get it by another's pull.
const keyOf = ({ reference, auth }: PullImage): string =>
  `${engineReference(reference)} ${createHash('sha256').update(JSON.stringify(auth)).digest('hex')}`;

const pull = async (
  docker: DockerImages,
  { ref, reference, auth, clock }: PullImage,
  { signal, tell }: { signal: AbortSignal; tell(told: Told): void },
): Promise<InspectedImage> => {
  // Everyone who waits for this is told, the first one too, which waits only once this has begun.
  await null;
  const began = clock.monotonic();
  tell({ log: `pulling ${ref}` });
  tell({ sentence: `Pulling ${ref}.` });
  const names = [`${reference.repository}:${reference.tag}`, reference.repository, reference.host];
  const failed = (words: string) => pullFailure(words, { ref, names });
  const silence = newSilence({ clock, signal, limitMs: stallMs });
  try {
    const stream = await askEngine(
      docker.createImage({
        fromImage: reference.name,
        // Without one, the engine would pull every tag there is.
        tag: reference.digest ?? reference.tag ?? 'latest',
        abortSignal: silence.signal,
        ...(auth && { authconfig: auth }),
      }),
      silence.signal,
    );
    const progress = newPullProgress();
    let toldAt = began;
    for await (const line of engineLines(stream, { signal: silence.signal, failed })) {
      silence.broken();
      progress.heard(line);
      const sentence = progress.sentence();
      if (sentence === null || clock.monotonic() - toldAt < tellEveryMs) continue;
      toldAt = clock.monotonic();
      tell({ sentence: `Pulling ${ref}: ${sentence}.` });
    }
  } catch (error) {
    if (silence.passed()) throw stalled(ref);
    if (statusOf(error) !== undefined) throw failed(wordsOf(error));
    throw error;
  } finally {
    silence.end();
  }
  const image = await findImage(docker, engineReference(reference), signal);
  if (!image) throw infrastructureFailed('image-removed', `The image ${ref} was removed as soon as it was pulled.`);
  const digest = digestOf(image, reference);
  const seconds = Math.round((clock.monotonic() - began) / 1000);
  tell({ log: `pulled ${ref}${digest === null ? '' : ` (digest ${digest})`} in ${seconds} s` });
  return image;
};

const tellEveryMs = 1000;
// The engine itself waits for ever where a registry stops sending. Its layers may wait a while for those of other pulls.
const stallMs = 15 * 60_000;

const stalled = (ref: string) =>
  infrastructureFailed(
    'registry-unreachable',
    `The image ${ref} cannot be pulled: nothing was heard of the pull for ${stallMs / 60_000} minutes.`,
  );
