import type { z } from 'zod';
import type { SecretAttachment } from '../../domain/job/job.ts';
import type { JobView } from '../../services/api.ts';
import { attachedSecrets } from '../attachments/attached-secrets.ts';
import { attachmentId } from '../attachments/attachment-id.ts';
import type { Call } from '../route.ts';
import type { attachment as attachmentSchema } from '../schemas/attachments.ts';
import { secretAnswer } from './secret-answer.ts';
import { toTimestamp } from './time.ts';

export type AttachmentAnswer = z.output<typeof attachmentSchema>;

/** What was attached, which is written: where its secret cannot be read any more, it is told without, since a refusal would say that it is not attached. */
export const editedAnswers = async (
  call: Pick<Call, 'services' | 'owners'>,
  { job, attachment }: { job: JobView; attachment: SecretAttachment | undefined },
): Promise<AttachmentAnswer[]> => {
  const edited = attachment ? [attachment] : [];
  return attachmentAnswers(call, job, edited).catch(() => edited.map((each) => attachmentAnswer(job, each, null)));
};

/** Some of a job's attachments on the wire, with what there is to know of their secrets. */
export const attachmentAnswers = async (
  { services, owners }: Pick<Call, 'services' | 'owners'>,
  job: JobView,
  attachments: readonly SecretAttachment[],
): Promise<AttachmentAnswer[]> => {
  const { owner } = job.spec;
  const [secrets, names] = await Promise.all([
    attachedSecrets(
      services,
      owner,
      attachments.map(({ name }) => name),
    ),
    owners.named([owner]),
  ]);
  return attachments.map((attachment) => {
    const secret = secrets.get(attachment.name);
    return attachmentAnswer(job, attachment, secret ? secretAnswer(secret, names) : null);
  });
};

const attachmentAnswer = (
  { id, createdAt }: JobView,
  attachment: SecretAttachment,
  secret: AttachmentAnswer['secret'],
): AttachmentAnswer => ({
  id: attachmentId(id, attachment),
  created_at: toTimestamp(createdAt),
  attachment_type: attachment.type,
  location: attachment.location,
  description: '',
  name: attachment.name,
  secret,
});
