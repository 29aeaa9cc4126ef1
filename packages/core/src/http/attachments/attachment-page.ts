import type { SecretAttachment } from '../../domain/job/job.ts';
import type { Page } from '../../ports/store.ts';
import type { JobView } from '../../services/api.ts';
import type { PagingQuery } from '../answers/page-answer.ts';
import { pageOfAll } from '../answers/page-of-all.ts';
import { attachmentId } from './attachment-id.ts';

export interface AttachmentQuery extends PagingQuery {
  location?: string | undefined;
  attachment_type?: SecretAttachment['type'] | undefined;
}

/** Those of a job that are asked for, by their ids. */
export const attachmentPage = (
  { id, spec }: JobView,
  { location, attachment_type: type, ...paging }: AttachmentQuery,
): Page<SecretAttachment> => {
  const wanted = spec.secrets
    .filter((each) => (location ?? each.location) === each.location && (type ?? each.type) === each.type)
    .map((item) => ({ key: attachmentId(id, item), item }));
  return pageOfAll(wanted, paging, { form: /^[0-9a-f]{32}$/, newestFirst: false });
};
