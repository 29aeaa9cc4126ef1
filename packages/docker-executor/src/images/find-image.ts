import { askEngine, statusOf } from './asking-engine.ts';
import type { DockerImages, InspectedImage } from './docker-images.ts';
import type { ImageReference } from './image-reference.ts';

/** The image of that name or id, where the engine has it. */
export const findImage = async (
  docker: DockerImages,
  name: string,
  signal: AbortSignal,
): Promise<InspectedImage | null> => {
  try {
    return await askEngine(docker.getImage(name).inspect(), signal);
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
};

/** What its registry calls the image's bytes. An image may carry the digests of several repositories. */
export const digestOf = ({ RepoDigests }: InspectedImage, { name, digest }: ImageReference): string | null => {
  if (digest !== null) return digest;
  const own = RepoDigests?.find((each) => each.startsWith(`${name}@`));
  return own?.slice(name.length + 1) ?? null;
};
