import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isRunyardError, RunyardError } from '../../domain/errors.ts';
import type { SecretAttachment } from '../../domain/job/job.ts';
import type { Jobs, JobView } from '../../services/api.ts';
import { row } from '../names/name-row.ts';
import type { Plain } from '../names/paths.ts';
import { inWireNames } from '../names/wire-error.ts';
import { attachmentId } from './attachment-id.ts';

/** What becomes of a job's attachments, and which of them it is about. */
export interface AttachmentEdit {
  attachments: readonly SecretAttachment[];
  index: number;
}

/** How often it is made anew where somebody else edits the job meanwhile, and how long it waits before at most: many who come at once must not meet again and again. */
const tries = 30;
const mostPauseMs = 200;

/** Edits the attachments of the job as it is; of several who do so at once, each builds on what the others did. */
export const editAttachments = async (
  jobs: Jobs,
  { jobId, body = {}, signal }: { jobId: string; body?: Plain; signal: AbortSignal },
  edit: (job: JobView) => AttachmentEdit,
): Promise<{ job: JobView; attachment: SecretAttachment | undefined }> => {
  for (let attempt = 1; ; attempt++) {
    const before = await jobs.get(jobId);
    const { attachments, index } = edit(before);
    try {
      const job = await inWireNames(body, namesAt(index), () =>
        jobs.update(jobId, { secrets: [...attachments] }, { revision: before.revision }),
      );
      return { job, attachment: job.spec.secrets[index] };
    } catch (error) {
      if (!isRunyardError(error) || error.code !== 'edit-conflict' || attempt === tries) throw error;
      const ms = randomInt(Math.min(mostPauseMs, 10 * attempt));
      // Real time: it only parts those who meet. A client that has gone ends the pause, and not the edit that it has asked for.
      await pause(ms, undefined, { signal }).catch(() => {});
    }
  }
};

/** Where the attachment of that id stands. */
export const placeOf = ({ id, spec }: JobView, wanted: string): number => {
  const index = spec.secrets.findIndex((attachment) => attachmentId(id, attachment) === wanted);
  if (index >= 0) return index;
  throw new RunyardError(
    'attachment-not-found',
    `The job '${spec.name}' has no secret attached by the id '${wanted}'.`,
  );
};

// What is said of the job is said of the attachment.
const namesAt = (index: number) => [
  row('location', `secrets.${index}.location`),
  row('attachment_type', `secrets.${index}.type`),
  row('secret_id', `secrets.${index}.name`),
];
