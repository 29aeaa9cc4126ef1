import { z } from 'zod';
import { attachmentAnswers, editedAnswers } from '../answers/attachment-answers.ts';
import { pageKeys } from '../answers/page-answer.ts';
import { attachmentPage } from '../attachments/attachment-page.ts';
import { editAttachments, placeOf } from '../attachments/edit-attachments.ts';
import { givenSecret } from '../attachments/given-secret.ts';
import {
  attachmentOf,
  changedAttachment,
  hasAttachment,
  withChangedAttachment,
  withNewAttachment,
} from '../attachments/next-attachments.ts';
import { orUndo } from '../attachments/or-undo.ts';
import { attachmentUnsupported } from '../names/people-names.ts';
import { withoutUnsupported } from '../names/unsupported.ts';
import { json, noContent, type Route, route } from '../route.ts';
import {
  attachment,
  attachmentCreate,
  attachmentCreateExample,
  attachmentExample,
  attachmentList,
  attachmentType,
  attachmentUpdate,
} from '../schemas/attachments.ts';
import { paging } from '../schemas/query.ts';

const shown = { schema: attachment, example: attachmentExample };
const editing = [
  'invalid-job',
  'invalid-secret',
  'unsupported-field',
  'secret-not-found',
  'name-in-use',
  'edit-conflict',
  'no-encryption-key',
] as const;

/** The secrets that a job gets: the same as its field `secrets`, one by one. */
export const jobSecretRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/jobs/{job_id}/secrets',
    id: 'listSecretAttachments',
    summary: 'List the secrets that are attached to a job',
    description: 'In the order of their ids.',
    query: z.object({
      ...paging,
      location: z.string().optional().describe('Exactly this.'),
      attachment_type: attachmentType.optional(),
    }),
    answers: {
      200: {
        description: 'A page of attachments',
        schema: attachmentList,
        example: { secret_attachments: [attachmentExample] },
      },
    },
    handle: async (call) => {
      const job = await call.services.jobs.get(call.params.job_id ?? '');
      const page = attachmentPage(job, call.query);
      return json({ secret_attachments: await attachmentAnswers(call, job, page.items), ...pageKeys(page) });
    },
  }),
  route({
    method: 'POST',
    path: '/jobs/{job_id}/secrets',
    id: 'createSecretAttachment',
    summary: 'Attach a secret to a job',
    description:
      'From its next start on. The same once more changes nothing, so that who was cut off asks again: with `secret`, one of that name that is attached there already, or was made for that place before, gets the value. Where the owner has another one of that name it is 409 `name-in-use`, with its `id`, by which it can be attached.',
    body: {
      schema: attachmentCreate,
      code: 'invalid-request',
      required: true,
      example: attachmentCreateExample,
      isSecret: true,
    },
    answers: { 201: { description: 'The attachment', ...shown } },
    errors: editing,
    handle: async (call) => {
      const jobId = call.params.job_id ?? '';
      const body = withoutUnsupported(call.body, attachmentUnsupported) as typeof call.body;
      const { signal } = call.request;
      const before = await call.services.jobs.get(jobId);
      const secret = await givenSecret(call, before, {
        body,
        isThere: (name) => hasAttachment(before, attachmentOf(body, name)),
        placeOf: (name) => attachmentOf(body, name),
      });
      const edited = await orUndo(secret, () =>
        editAttachments(call.services.jobs, { jobId, body, signal }, (job) => withNewAttachment(job, body, secret)),
      );
      const [answer] = await editedAnswers(call, edited);
      return json(answer, 201, { location: call.url(`/jobs/${jobId}/secrets/${answer?.id}`) });
    },
  }),
  route({
    method: 'GET',
    path: '/jobs/{job_id}/secrets/{attachment_id}',
    id: 'getSecretAttachment',
    summary: 'Read how a secret is attached to a job',
    answers: { 200: { description: 'The attachment', ...shown } },
    handle: async (call) => {
      const job = await call.services.jobs.get(call.params.job_id ?? '');
      const index = placeOf(job, call.params.attachment_id ?? '');
      const [answer] = await attachmentAnswers(call, job, job.spec.secrets.slice(index, index + 1));
      return json(answer);
    },
  }),
  route({
    method: 'PATCH',
    path: '/jobs/{job_id}/secrets/{attachment_id}',
    id: 'updateSecretAttachment',
    summary: 'Attach a secret elsewhere, or another one there',
    description: 'What is left out stays. Elsewhere it has another id.',
    body: {
      schema: attachmentUpdate,
      code: 'invalid-request',
      required: true,
      example: { location: 'PASSWORD' },
      isSecret: true,
    },
    answers: { 200: { description: 'The attachment', ...shown } },
    errors: editing,
    handle: async (call) => {
      const { job_id: jobId = '', attachment_id: id = '' } = call.params;
      const body = withoutUnsupported(call.body, attachmentUnsupported) as typeof call.body;
      const { signal } = call.request;
      const job = await call.services.jobs.get(jobId);
      const now = job.spec.secrets[placeOf(job, id)];
      const secret = await givenSecret(call, job, {
        body,
        isThere: (name) => now?.name === name,
        placeOf: (name) => (now ? changedAttachment(now, body, name) : null),
      });
      const edited = await orUndo(secret, () =>
        editAttachments(call.services.jobs, { jobId, body, signal }, (as) =>
          withChangedAttachment(as, id, { body, secret }),
        ),
      );
      const [answer] = await editedAnswers(call, edited);
      return json(answer);
    },
  }),
  route({
    method: 'DELETE',
    path: '/jobs/{job_id}/secrets/{attachment_id}',
    id: 'deleteSecretAttachment',
    summary: 'Take a secret off a job',
    description: 'The secret itself stays.',
    answers: { 204: { description: 'The job does not get it any more.' } },
    errors: ['edit-conflict'],
    handle: async ({ services: { jobs }, params: { job_id: jobId = '', attachment_id: id = '' }, request }) => {
      await editAttachments(jobs, { jobId, signal: request.signal }, (job) => {
        const index = placeOf(job, id);
        return { index, attachments: job.spec.secrets.filter((_, at) => at !== index) };
      });
      return noContent();
    },
  }),
];
