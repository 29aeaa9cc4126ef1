import type { z } from 'zod';
import type { ExtraPackages, ImageBuild } from './job.ts';
import { imageBuildSchema } from './job-schema.ts';
import { parseWith } from './parse-with.ts';

/** Reads what an image is to be built from. Throws a `RunyardError` (`invalid-image`) that names the field. */
export const parseImageBuild = (input: unknown): ImageBuild =>
  imageBuild(parseWith(imageBuildSchema, input, { code: 'invalid-image' }));

/** As above, of what is parsed already. */
export const imageBuild = ({ base, postBuild, ...packages }: z.output<typeof imageBuildSchema>): ImageBuild => ({
  base,
  ...allPackages(packages),
  postBuild: postBuild?.trim() ? postBuild : null,
});

type GivenPackages = { [K in keyof ExtraPackages]?: ExtraPackages[K] | null | undefined };

/** Every list there, and every file there or null. */
export const allPackages = (given: GivenPackages): ExtraPackages => ({
  apt: given.apt ?? [],
  conda: given.conda ?? [],
  pip: given.pip ?? [],
  cran: given.cran ?? [],
  requirementsTxt: given.requirementsTxt ?? null,
  environmentYml: given.environmentYml ?? null,
});
