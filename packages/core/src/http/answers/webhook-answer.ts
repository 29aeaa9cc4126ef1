import type { z } from 'zod';
import type { OwnerNames } from '../../services/owners/api.ts';
import type { DeliveryView, PingResult, WebhookView, WebhookWithSecret } from '../../services/webhooks/api.ts';
import type { delivery, ping, webhook, webhookWithSecret } from '../schemas/webhooks.ts';
import { ownerAnswer } from './owner-answer.ts';
import { toTimestamp, toTimestampOrNull } from './time.ts';

/** A webhook on the wire, without the secret that it signs with. */
export const webhookAnswer = (view: WebhookView, owners?: OwnerNames): z.output<typeof webhook> => ({
  id: view.id,
  owner: ownerAnswer(view.owner, owners),
  url: view.url,
  on: view.on,
  job_id: view.jobId,
  after_ms: view.afterMs,
  description: view.description,
  enabled: view.enabled,
  disabled_because: view.disabledBecause,
  old_secret_until: toTimestampOrNull(view.oldSecretUntil),
  created_at: toTimestamp(view.createdAt),
  updated_at: toTimestamp(view.updatedAt),
});

/** With the secret, this once. */
export const webhookWithSecretAnswer = (
  { secret, view }: WebhookWithSecret,
  owners?: OwnerNames,
): z.output<typeof webhookWithSecret> => ({
  ...webhookAnswer(view, owners),
  secret,
});

export const pingAnswer = ({ delivered, status, ms, sentence, answer }: PingResult): z.output<typeof ping> => ({
  delivered,
  status,
  sentence,
  answer,
  ms,
});

export const deliveryAnswer = (view: DeliveryView): z.output<typeof delivery> => ({
  id: view.id,
  notification_id: view.notificationId,
  event: view.event,
  at: toTimestamp(view.at),
  state: view.state,
  attempts: view.attempts,
  last_at: toTimestampOrNull(view.lastAt),
  status: view.status,
  sentence: view.sentence,
  answer: view.answer,
  ms: view.ms,
  next_at: toTimestampOrNull(view.nextAt),
});
