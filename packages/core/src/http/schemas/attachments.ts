import { z } from 'zod';
import { jobSchema } from '../../domain/job/job-schema.ts';
import { id, keys, time } from './answers.ts';
import { secret, secretCreate, secretExample } from './secrets.ts';

/* Secrets as they are attached to a job. */

const library = jobSchema.shape.secrets.unwrap().unwrap().element.shape;
const type = library.type;

const given = {
  attachment_type: type.optional().describe('Default `environment_variable`.'),
  location: library.location
    .optional()
    .describe('Name of the variable, or path of the file. Default, of a variable: the name of the secret.'),
  description: z.string().max(2048).nullish().describe('Only empty: what is to be said is said of the secret.'),
  secret: secretCreate.nullish().describe("Makes it, for the job's owner."),
  secret_id: id.nullish().describe("One of the job's owner."),
};

export const attachmentCreate = z.strictObject(given);
export const attachmentUpdate = z.strictObject(given);
export const attachmentType = type;

export const attachment = z.object({
  id: id.describe('Made of the job, the type and the location: another one where these change.'),
  created_at: time.describe('When its job was created: since when it is attached is not kept.'),
  attachment_type: type,
  location: z.string(),
  description: z.literal(''),
  name: z.string().describe('By which the job names the secret.'),
  secret: secret
    .nullable()
    .describe('Without its value; null: there is none of that name, or it is not for you to see.'),
});

export const attachmentList = z.object({ secret_attachments: z.array(attachment), ...keys });

export const attachmentExample = {
  id: '3f0c9a4be7d15a2286c1d0f4b7e93a58',
  created_at: '2026-01-30T14:12:07+00:00',
  attachment_type: 'environment_variable',
  location: 'WAREHOUSE_PASSWORD',
  description: '',
  name: 'warehouse-password',
  secret: secretExample,
};

export const attachmentCreateExample = { secret_id: secretExample.id, location: 'WAREHOUSE_PASSWORD' };
