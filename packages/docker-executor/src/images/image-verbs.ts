import { type ImageBuilder, RunyardError } from '@runyard/core';
import { buildImage } from './build-image.ts';
import { getBuilt, listBuilt } from './built-images.ts';
import type { DockerImages } from './docker-images.ts';
import { parseImageReference } from './image-reference.ts';
import type { ImageSettings } from './image-settings.ts';
import { ensureNamed } from './resolve-image.ts';

/** The executor's `images`. */
export const imageVerbs = (docker: DockerImages, settings: ImageSettings): ImageBuilder => ({
  async build(build, { owners, signal, log, onProgress }) {
    refuseOthers(owners, settings);
    parseImageReference(build.base, 'base');
    const base = await ensureNamed(docker, build.base, { settings, signal, log, onProgress });
    return buildImage(docker, { build, base, settings, signal, log, onProgress });
  },
  get: (ref, signal) => getBuilt(docker, ref, signal),
  list: (signal) => listBuilt(docker, signal),
});

// Who could have no job that builds must not get there without one.
const refuseOthers = (owners: readonly string[] | undefined, { builds }: ImageSettings): void => {
  const allow = builds?.allow ?? true;
  if (owners === undefined || allow === true) return;
  if (allow !== false && owners.some((owner) => allow.includes(owner))) return;
  throw new RunyardError(
    'forbidden',
    `You may not build images: the host lets ${owners.join(', ')} build none. The option \`builds.allow\` of dockerExecutor says whose jobs may.`,
  );
};
