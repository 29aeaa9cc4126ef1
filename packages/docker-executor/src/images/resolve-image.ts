import type { JobImage, Progress } from '@runyard/core';
import { buildImage } from './build-image.ts';
import type { DockerImages } from './docker-images.ts';
import { type EnsuredImage, ensureImage } from './ensure-image.ts';
import { parseImageReference } from './image-reference.ts';
import type { ImageSettings } from './image-settings.ts';
import { registryAuthFor } from './registry-auth.ts';

export interface ResolveImageOptions {
  image: JobImage;
  settings: ImageSettings;
  /** The registry credential that the job names, and whose job it is. */
  credential?: string | null | undefined;
  owner?: string | undefined;
  signal: AbortSignal;
  onProgress(progress: Progress): void;
  log(line: string): void;
}

/** Sees to it that the engine has what a job names as its image, or says it is built from. Throws as `ensureImage` does, and `startFailed('image-build', …)`. */
export const resolveImage = async (docker: DockerImages, options: ResolveImageOptions): Promise<EnsuredImage> => {
  const { image } = options;
  if (typeof image === 'string') return ensureNamed(docker, image, options);
  const base = await ensureNamed(docker, image.build.base, options);
  const { settings, signal, onProgress, log } = options;
  const built = await buildImage(docker, { build: image.build, base, settings, signal, onProgress, log });
  // A build gives its base's user back.
  return { id: built.id, ref: built.tag, digest: null, user: base.user };
};

/** Refuses at save a name that can name no image. */
export const checkImage = (image: JobImage | null): void => {
  if (image === null) return;
  if (typeof image === 'string') parseImageReference(image);
  else parseImageReference(image.build.base, 'image.build.base');
};

export const ensureNamed = async (
  docker: DockerImages,
  ref: string,
  { settings, credential, owner, signal, onProgress, log }: Omit<ResolveImageOptions, 'image'>,
): Promise<EnsuredImage> => {
  const { pull, registryAuth, findCredential, clock } = settings;
  const reference = parseImageReference(ref);
  const auth = await registryAuthFor({ reference, registryAuth, credential, owner, findCredential, signal });
  return ensureImage(docker, { ref, pull, auth, clock, signal, onProgress, log });
};
