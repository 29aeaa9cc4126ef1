import type { z } from 'zod';
import type { JobView } from '../../services/api.ts';
import type { imageTag, owner as ownerSchema } from '../schemas/answers.ts';
import { toTimestamp } from './time.ts';

/** A job's image in the published shape, which names a tag of a directory of images that we do not have: whole, with what is known in it. */
export const imageTagAnswer = (
  { spec, createdAt }: JobView,
  owner: z.output<typeof ownerSchema>,
): z.output<typeof imageTag> => {
  const { image } = spec;
  const uri = typeof image === 'string' ? image : (image?.build.base ?? '');
  const { name, version } = partsOf(uri);
  const created_at = toTimestamp(createdAt);
  return {
    id: '',
    created_at,
    image: {
      id: '',
      name,
      owner,
      description: '',
      created_at,
      hardware_type: spec.hardware === 'gpu' ? 'NVIDIA' : 'CPU',
      supports: ['job'],
      access: 'owner',
      is_base: false,
      is_gpu: spec.hardware === 'gpu',
      trusted: true,
    },
    image_uri: typeof image === 'string' ? image : '',
    description: '',
    version,
    archived: false,
    is_external: typeof image === 'string',
    status: 'built',
  };
};

// `registry:5000/team/name:tag@digest`: a colon before a slash is that of a port.
const partsOf = (uri: string): { name: string; version: string } => {
  const [named = '', digest] = uri.split('@');
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const name = tagged ? named.slice(0, colon) : named;
  const tag = tagged ? named.slice(colon + 1) : '';
  return { name, version: tag || digest || 'latest' };
};
