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

/** Some of a job's attachments on the wire, with what there is to know of their secrets. */
export const attachmentAnswers = async (
  { services, owners }: Pick<Call, 'services' | 'owners'>,
  { id, createdAt, spec: { owner } }: JobView,
  attachments: readonly SecretAttachment[],
): Promise<AttachmentAnswer[]> => {
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
    return {
      id: attachmentId(id, attachment),
      created_at: toTimestamp(createdAt),
      attachment_type: attachment.type,
      location: attachment.location,
      description: '',
      name: attachment.name,
      secret: secret ? secretAnswer(secret, names) : null,
    };
  });
};
