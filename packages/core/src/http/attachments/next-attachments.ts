import type { z } from 'zod';
import { RunyardError } from '../../domain/errors.ts';
import type { SecretAttachment } from '../../domain/job/job.ts';
import type { JobView } from '../../services/api.ts';
import type { attachmentUpdate } from '../schemas/attachments.ts';
import { type AttachmentEdit, placeOf } from './edit-attachments.ts';
import type { GivenSecret } from './given-secret.ts';

type Body = z.output<typeof attachmentUpdate>;

/** With one more, unless it is there. */
export const withNewAttachment = ({ spec }: JobView, body: Body, secret: GivenSecret | null): AttachmentEdit => {
  if (secret === null) throw missing('secret_id', 'the id of a secret, or the whole of one as `secret`');
  const attachment = attachmentOf(body, secret.name);
  if (attachment === null) throw missing('location', 'the path of the file');
  const index = spec.secrets.findIndex((each) => isSame(each, attachment));
  return index >= 0
    ? { attachments: spec.secrets, index }
    : { attachments: [...spec.secrets, attachment], index: spec.secrets.length };
};

/** Whether just that is there. */
export const hasAttachment = ({ spec }: JobView, attachment: SecretAttachment | null): boolean =>
  attachment !== null && spec.secrets.some((each) => isSame(each, attachment));

/** How the body wants a secret of that name to be attached. Null: a file without a path. */
export const attachmentOf = (body: Body, name: string): SecretAttachment | null => {
  const { attachment_type: type = 'environment_variable', location = type === 'file' ? undefined : name } = body;
  return location === undefined ? null : { name, type, location };
};

/** With that one elsewhere, or another secret there. */
export const withChangedAttachment = (
  job: JobView,
  id: string,
  { body, secret }: { body: Body; secret: GivenSecret | null },
): AttachmentEdit => {
  const index = placeOf(job, id);
  const attachments = job.spec.secrets.map((before, at) =>
    at === index ? changedAttachment(before, body, secret?.name) : before,
  );
  return { attachments, index };
};

/** What becomes of an attachment; without a name the secret stays. */
export const changedAttachment = (
  before: SecretAttachment,
  { attachment_type: type = before.type, location = before.location }: Body,
  name: string = before.name,
): SecretAttachment => ({ name, type, location });

const isSame = (a: SecretAttachment, b: SecretAttachment): boolean =>
  a.name === b.name && a.type === b.type && a.location === b.location;

const missing = (field: string, expected: string): RunyardError =>
  new RunyardError('invalid-request', `\`${field}\` is missing: give ${expected}.`, {
    field,
    expected,
    received: 'nothing',
  });
