import { createHash } from 'node:crypto';
import type { SecretAttachment } from '../../domain/job/job.ts';

/**
 * What an attachment is known by: a job has one secret at each place, so its id is made of the job and the place. It stays as long as these do, and nobody
 * has to keep it.
 */
export const attachmentId = (jobId: string, { type, location }: SecretAttachment): string =>
  idOf([jobId, type, location]);

/** That of a secret which is made to be attached there. So who was cut off before it was attached finds it, and knows that nobody else has made it. */
export const madeSecretId = (jobId: string, { type, location, name }: SecretAttachment): string =>
  idOf(['secret', jobId, type, location, name]);

const idOf = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
