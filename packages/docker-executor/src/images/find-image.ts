import { answerMs, askEngine, statusOf } from './asking-engine.ts';
import type { DockerImages, InspectedImage } from './docker-images.ts';
import { type ImageReference, parseImageReference } from './image-reference.ts';

/** The image of that name or id, where the engine has it. */
export const findImage = async (
  docker: DockerImages,
  name: string,
  signal: AbortSignal,
): Promise<InspectedImage | null> => {
  try {
    return await askEngine(docker.getImage(name).inspect(), signal, answerMs);
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
};

/** What its registry calls the image's bytes. An image may carry the digests of several repositories. */
export const digestOf = (
  { RepoDigests }: InspectedImage,
  { host, repository, digest }: ImageReference,
): string | null => {
  if (digest !== null) return digest;
  // Some engines write the names in full.
  const all = (RepoDigests ?? []).filter((each) => !each.startsWith('<none>')).map((each) => parseImageReference(each));
  return all.find((each) => each.host === host && each.repository === repository)?.digest ?? null;
};
