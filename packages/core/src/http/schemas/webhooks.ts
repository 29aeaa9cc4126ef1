import { z } from 'zod';
import { noticeEvents } from '../../domain/notice/notice.ts';
import { rotateSecretSchema, webhookPatchSchema, webhookSchema } from '../../services/webhooks/webhook-schema.ts';
import { id, keys, owner, time, timeOrNull } from './answers.ts';
import { jobExample } from './examples.ts';
import { owner as ownerReference } from './job-request.ts';

/* Webhooks and their deliveries. The signing secret is told by the answer that makes it, and by no other. */

const library = webhookSchema.shape;
const patch = webhookPatchSchema.shape;
const secret = z
  .string()
  .min(8)
  .max(128)
  .describe('`whsec_` and the base64 of 24 to 64 bytes, or any text of as many bytes. Default: a new one.')
  .meta({ writeOnly: true });
const on = 'Of what it tells. Default: of all.';
const afterMs =
  'After so long it tells of a run that does not run yet. Default 15 min, unless the host says otherwise.';

export const webhookCreate = z.strictObject({
  url: library.url.describe('http or https, without user, password or fragment. Who may see the webhook can read it.'),
  owner: ownerReference.optional(),
  on: library.on.describe(on),
  job_id: id.optional().describe('Only of this job, of the same owner. Default: of every job of its owner.'),
  after_ms: library.afterMs.describe(afterMs),
  description: library.description,
  secret: secret.optional(),
});

export const webhookUpdate = z.strictObject({
  url: patch.url,
  on: patch.on,
  job_id: id.nullish().describe('Null: of every job of its owner.'),
  after_ms: patch.afterMs.describe('Null: as by default.'),
  description: patch.description,
  enabled: patch.enabled,
});

export const webhookRotate = z.strictObject({
  secret: secret.optional(),
  overlap_ms: rotateSecretSchema.shape.overlapMs
    .unwrap()
    .optional()
    .describe('How long the old secret signs too. Default 24 h.'),
});

export const webhook = z.object({
  id,
  owner,
  url: z.string(),
  on: z.array(z.enum(noticeEvents)),
  job_id: id.nullable().describe('Null: of every job of its owner.'),
  after_ms: z.int(),
  description: z.string(),
  enabled: z.boolean(),
  disabled_because: z.string().nullable().describe('Where nobody disabled it by hand.'),
  old_secret_until: timeOrNull.describe('Until when the secret before this one signs too.'),
  created_at: time,
  updated_at: time,
});

export const webhookWithSecret = webhook.extend({ secret: z.string().describe('What it signs with. Told this once.') });

export const webhookList = z.object({ webhooks: z.array(webhook), ...keys });

const attempt = {
  status: z.int().nullable().describe('HTTP status of the answer; null: there was none.'),
  sentence: z.string().nullable().describe('Why it did not arrive; null: it did, or was not sent yet.'),
  answer: z.string().nullable().describe('The beginning of the answer, at most 1 KiB.'),
};

export const ping = z.object({ delivered: z.boolean(), ...attempt, ms: z.int() });

export const delivery = z.object({
  id,
  notification_id: id.describe('Sent as `webhook-id`.'),
  event: z.enum([...noticeEvents, 'ping']),
  at: time.describe('When it was decided.'),
  state: z.enum(['pending', 'delivered', 'failed', 'given-up', 'dropped']),
  attempts: z.int(),
  last_at: timeOrNull.describe('When the last attempt began, of which the next four tell.'),
  ...attempt,
  ms: z.int().nullable().describe('How long it took.'),
  next_at: timeOrNull.describe('When it is sent next; null: it is over.'),
});

export const deliveryList = z.object({ deliveries: z.array(delivery), ...keys });

export const webhookCreateExample = {
  url: 'https://hooks.example.com/runyard',
  on: ['run.last-failure', 'run.recovered'],
};

export const webhookExample = {
  id: '4d6e8f0a2b4c4d5e9f1a3b5c7d9e0f12',
  owner: jobExample.owner,
  url: 'https://hooks.example.com/runyard',
  on: ['run.last-failure', 'run.recovered'],
  job_id: null,
  after_ms: 900_000,
  description: '',
  enabled: true,
  disabled_because: null,
  old_secret_until: null,
  created_at: '2026-01-30T14:12:07+00:00',
  updated_at: '2026-01-30T14:12:07+00:00',
};

export const webhookWithSecretExample = { ...webhookExample, secret: 'whsec_…' };

export const pingExample = { delivered: true, status: 204, sentence: null, answer: null, ms: 38 };

export const deliveryExample = {
  id: '6f8091a2b3c44d5ea6b7c8d9e0f10213',
  notification_id: '8a9b0c1d2e3f405162738495a6b7c8d9',
  event: 'run.last-failure',
  at: '2026-02-01T09:31:40+00:00',
  state: 'pending',
  attempts: 1,
  last_at: '2026-02-01T09:31:40+00:00',
  status: 502,
  sentence: 'It answered 502.',
  answer: 'Bad gateway',
  ms: 112,
  next_at: '2026-02-01T09:31:45+00:00',
};
