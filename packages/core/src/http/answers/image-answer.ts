import type { z } from 'zod';
import type { ImageView } from '../../services/api.ts';
import type { builtImage } from '../schemas/images.ts';
import { toTimestamp } from './time.ts';

/** An image that was built, on the wire. */
export const imageAnswer = (image: ImageView): z.output<typeof builtImage> => ({
  tag: image.tag,
  id: image.id,
  base: image.base,
  executor: image.executor,
  size_bytes: image.sizeBytes,
  created_at: toTimestamp(image.createdAt),
});
