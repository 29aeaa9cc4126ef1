import type { Page } from '../../ports/store.ts';
import type { ImageView } from '../../services/api.ts';
import type { PagingQuery } from '../answers/page-answer.ts';
import { pageOfAll } from '../answers/page-of-all.ts';

/** A page of images, newest first. */
export const imagePage = (images: readonly ImageView[], query: PagingQuery): Page<ImageView> =>
  pageOfAll(
    images.map((item) => ({ key: keyOf(item), item })),
    query,
    { form: /^\d{16}\./, newestFirst: true },
  );

// Two may be of one moment.
const keyOf = ({ createdAt, tag }: ImageView): string => `${String(createdAt).padStart(16, '0')}.${tag}`;
