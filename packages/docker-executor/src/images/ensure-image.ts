import { type Clock, type Progress, startFailed, systemClock } from '@runyard/core';
import { isBuiltTag } from './built-images.ts';
import type { DockerImages, EngineAuth, InspectedImage } from './docker-images.ts';
import { digestOf, findImage } from './find-image.ts';
import { engineReference, type ImageReference, parseImageReference } from './image-reference.ts';
import { pullImage } from './pull-image.ts';

export type PullPolicy = 'always' | 'missing' | 'never';

export interface EnsureImageOptions {
  /** `busybox:1.36`, `registry.example:5000/team/train@sha256:…`, or the id of an image that the engine has. */
  ref: string;
  /** Default `missing`: pulled where the engine does not have it. */
  pull?: PullPolicy | undefined;
  auth?: EngineAuth | null | undefined;
  clock?: Clock | undefined;
  signal: AbortSignal;
  onProgress(progress: Progress): void;
  log(line: string): void;
}

export interface EnsuredImage {
  /** The engine's: `sha256:…`. A container made of this is made of these very bytes. */
  id: string;
  ref: string;
  /** The registry's: `sha256:…`; null for an image that comes from none. */
  digest: string | null;
  /** As whom its containers run, unless they are told otherwise; empty: root. */
  user: string;
}

/**
 * Sees to it that the engine has the image. Starts that ask for one image at the same time share its pull, which ends early only when
 * all of them have aborted.
 *
 * Throws `startFailed` (`image-not-found` under `never`, `image-pull` where the registry refused), `infrastructureFailed`
 * (`registry-unreachable`), and `ExecutorUnavailable` where the engine did not answer.
 */
export const ensureImage = async (docker: DockerImages, options: EnsureImageOptions): Promise<EnsuredImage> => {
  const { ref, signal, clock = systemClock() } = options;
  const isId = /^sha256:[0-9a-f]{64}$/.test(ref);
  const isLocal = isId || isBuiltTag(ref);
  const pull = isLocal ? 'never' : (options.pull ?? 'missing');
  const reference = parseImageReference(ref);
  const name = isId ? ref : engineReference(reference);
  const present = pull === 'always' ? null : await findImage(docker, name, signal);
  if (present) return ensured(present, ref, reference);
  if (pull === 'never') throw notFound(ref, isLocal);
  const { auth = null, onProgress, log } = options;
  return ensured(await pullImage(docker, { ref, reference, auth, clock, signal, onProgress, log }), ref, reference);
};

const ensured = (image: InspectedImage, ref: string, reference: ImageReference): EnsuredImage => ({
  id: image.Id,
  ref,
  digest: digestOf(image, reference),
  user: image.Config?.User ?? '',
});

const notFound = (ref: string, isLocal: boolean) =>
  startFailed(
    'image-not-found',
    isLocal
      ? `The engine has no image ${ref}.`
      : `The engine has no image ${ref}, and the pull policy is 'never': pull it there, or use the policy 'missing'.`,
  );
