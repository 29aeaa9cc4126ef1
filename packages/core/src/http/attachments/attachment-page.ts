import { RunyardError } from '../../domain/errors.ts';
import type { SecretAttachment } from '../../domain/job/job.ts';
import type { JobView } from '../../services/api.ts';
import type { PagingQuery } from '../answers/page-answer.ts';
import { attachmentId } from './attachment-id.ts';

export interface AttachmentQuery extends PagingQuery {
  location?: string | undefined;
  attachment_type?: SecretAttachment['type'] | undefined;
}

/** Those of a job that are asked for, by their ids, which are the keys too: a page stays where it is, whatever comes and goes. */
export const attachmentPage = (
  { id, spec }: JobView,
  { location, attachment_type: type, ...paging }: AttachmentQuery,
): { items: SecretAttachment[]; next?: string; previous?: string } => {
  const { page_size: size = 100, next_key: after, prev_key: before, descending = false } = paging;
  for (const [field, key] of Object.entries({ next_key: after, prev_key: before })) assertKey(field, key);
  const sign = descending ? -1 : 1;
  const compare = (a: string, b: string): number => sign * (a < b ? -1 : a > b ? 1 : 0);
  const all = spec.secrets
    .filter((each) => (location ?? each.location) === each.location && (type ?? each.type) === each.type)
    .map((attachment) => ({ key: attachmentId(id, attachment), attachment }))
    .sort((a, b) => compare(a.key, b.key));
  const within = all.filter(
    ({ key }) => (after === undefined || compare(key, after) > 0) && (before === undefined || compare(key, before) < 0),
  );
  const page = before === undefined ? within.slice(0, size) : within.slice(-size);
  const [first, last] = [page[0], page.at(-1)];
  return {
    items: page.map(({ attachment }) => attachment),
    ...(last && last !== all.at(-1) && { next: last.key }),
    ...(first && first !== all[0] && { previous: first.key }),
  };
};

const assertKey = (field: string, key: string | undefined): void => {
  if (key === undefined || /^[0-9a-f]{32}$/.test(key)) return;
  throw new RunyardError('invalid-request', `\`${field}\` is not one that an answer gave.`, { field, received: key });
};
