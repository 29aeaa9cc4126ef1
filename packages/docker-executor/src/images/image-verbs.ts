import type { ImageBuilder } from '@runyard/core';
import { buildImage } from './build-image.ts';
import { getBuilt, listBuilt } from './built-images.ts';
import type { DockerImages } from './docker-images.ts';
import { parseImageReference } from './image-reference.ts';
import type { ImageSettings } from './image-settings.ts';
import { ensureNamed } from './resolve-image.ts';

/** The executor's `images`. */
export const imageVerbs = (docker: DockerImages, settings: ImageSettings): ImageBuilder => ({
  async build(build, { signal, log, onProgress }) {
    parseImageReference(build.base, 'base');
    const base = await ensureNamed(docker, build.base, { settings, signal, log, onProgress });
    return buildImage(docker, { build, base, settings, signal, log, onProgress });
  },
  get: (ref, signal) => getBuilt(docker, ref, signal),
  list: (signal) => listBuilt(docker, signal),
});
