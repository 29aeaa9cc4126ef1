import type { ImageBuild } from '../../src/domain/job/job.ts';
import type { Executor } from '../../src/ports/executor.ts';
import type { BuiltImage, ImageBuildOptions } from '../../src/ports/image-builder.ts';

type Build = (spec: ImageBuild, options: ImageBuildOptions) => Promise<BuiltImage>;

export const builtAlready: BuiltImage = {
  tag: 'built:1',
  id: 'sha256:1',
  base: 'python:3',
  createdAt: 1,
  sizeBytes: 2,
};

/** Another one, which nobody has asked for. */
export const builtBefore: BuiltImage = { ...builtAlready, tag: 'built:0', id: 'sha256:0', createdAt: 0 };

/** The executor with a builder that has two images, and finds the newer one for whatever it is asked to build. */
export const imageBuilder = <Spec>(
  executor: Executor<Spec>,
  build: Build = async () => builtAlready,
): Executor<Spec> => ({
  ...executor,
  images: {
    build,
    get: async (ref) => (ref === builtAlready.tag ? builtAlready : null),
    list: async () => [builtAlready, builtBefore],
  },
});
