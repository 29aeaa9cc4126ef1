import { createHash } from 'node:crypto';
import type { SecretAttachment } from '../../domain/job/job.ts';

/**
 * What an attachment is known by: a job has one secret at each place, so its id is made of the job and the place. It stays as long as these do, and nobody
 * has to keep it.
 */
export const attachmentId = (jobId: string, { type, location }: SecretAttachment): string =>
  createHash('sha256')
    .update(JSON.stringify([jobId, type, location]))
    .digest('hex')
    .slice(0, 32);
