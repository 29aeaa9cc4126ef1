import type { ImageBuild } from '../../domain/job/job.ts';
import type { Codec } from './name-row.ts';
import { isPlain } from './paths.ts';

/** A job's image where it is a name; an image that is built has none. */
export const imageNameCodec: Codec = {
  read: (value) => value,
  write: (value) => (typeof value === 'string' ? value : null),
};

/** What a job's image is built from; its fields are lists and texts as in the library. */
export const imageBuildCodec: Codec = {
  read: (value) => {
    if (!isPlain(value)) return value;
    const {
      requirements_txt: requirementsTxt,
      environment_yml: environmentYml,
      post_build: postBuild,
      ...rest
    } = value;
    return { ...rest, requirementsTxt, environmentYml, postBuild };
  },
  write: (value) => {
    const { requirementsTxt, environmentYml, postBuild, ...rest } = value as ImageBuild;
    return { ...rest, requirements_txt: requirementsTxt, environment_yml: environmentYml, post_build: postBuild };
  },
};
