import { z } from 'zod';
import { ownerSchema } from '../../domain/job/job-schema.ts';
import { noticeEvents } from '../../domain/notice/notice.ts';
import { setOf } from '../documents/texts.ts';

const minute = 60_000;
const day = 24 * 3_600_000;

const isWebhookUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.hash}` === '';
};

const fields = {
  url: z
    .string()
    .max(2048)
    .refine(
      isWebhookUrl,
      'expected an address that begins with http:// or https://, without user, password or fragment',
    ),
  on: setOf(noticeEvents),
  afterMs: z
    .number()
    .int()
    .min(minute)
    .max(7 * day),
  jobId: z.string(),
  description: z.string().max(2048),
};

/** A webhook as callers give it; its secret is looked at apart, since a sentence could quote it. */
export const webhookSchema = z.strictObject({
  url: fields.url,
  owner: ownerSchema.optional(),
  on: fields.on.optional(),
  jobId: fields.jobId.optional(),
  afterMs: fields.afterMs.optional(),
  description: fields.description.optional(),
});

export const webhookPatchSchema = z.strictObject({
  url: fields.url.optional(),
  on: fields.on.optional(),
  jobId: fields.jobId.nullable().optional(),
  afterMs: fields.afterMs.nullable().optional(),
  description: fields.description.optional(),
  enabled: z.boolean().optional(),
});

export const rotateSecretSchema = z.strictObject({
  overlapMs: z
    .number()
    .int()
    .min(0)
    .max(30 * day)
    .default(day),
});
