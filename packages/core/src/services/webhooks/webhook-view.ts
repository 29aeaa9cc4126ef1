import type { SealedData } from '../../access/vault/vault.ts';
import type { StoredDocument } from '../../domain/document.ts';
import { noticeEvents } from '../../domain/notice/notice.ts';
import type { DeliveryData } from '../../domain/notice/records.ts';
import type { WebhookTells } from '../../engine/notices/webhooks-known.ts';
import type { DeliveryView, WebhookView } from './api.ts';

export interface WebhookData extends SealedData, WebhookTells {
  description: string;
  disabledBecause: string | null;
  /** Until when the old secret signs too, epoch ms; null: there is none. */
  oldSecretUntil: number | null;
}

export type WebhookDocument = StoredDocument<WebhookData>;

/** `now`: an old secret whose time is over is not told of any more. */
export const webhookView = (
  { id, owner, data, createdAt, updatedAt }: WebhookDocument,
  { now, afterMs }: { now: number; afterMs: number },
): WebhookView => ({
  id,
  owner,
  url: data.url,
  on: [...(data.on ?? noticeEvents)],
  jobId: data.jobId,
  afterMs: data.afterMs ?? afterMs,
  description: data.description,
  enabled: data.enabled,
  disabledBecause: data.disabledBecause,
  oldSecretUntil: data.oldSecretUntil !== null && data.oldSecretUntil > now ? data.oldSecretUntil : null,
  createdAt,
  updatedAt,
});

export const deliveryView = ({ id, data, createdAt }: StoredDocument<DeliveryData>): DeliveryView => {
  const { notification, ...rest } = data;
  return { id, notificationId: notification, at: createdAt, ...rest };
};
