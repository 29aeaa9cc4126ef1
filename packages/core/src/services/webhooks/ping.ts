import { type DeliveryData, deliveriesOf } from '../../domain/notice/records.ts';
import { inWords } from '../../domain/notice/words.ts';
import type { EngineContext } from '../../engine/context.ts';
import { sentenceOf } from '../../engine/notices/deliver.ts';
import type { Sent } from '../../ports/courier.ts';
import type { PingResult } from './api.ts';
import type { WebhookDocument } from './webhook-view.ts';

/** Sends a ping now, once, and records it. */
export const pingWebhook = async (context: EngineContext, webhook: WebhookDocument): Promise<PingResult> => {
  const { clock, courier, entropy, installation, holdings, store } = context;
  const at = clock.now();
  const began = clock.monotonic();
  const nothing = { job: null, run: null, missed: null, waitingSince: null };
  const notification = inWords({ id: entropy.id(), event: 'ping', at, installation, ...nothing });
  const sent: Sent = await courier
    .send(webhook, notification, holdings.closing.signal)
    .catch((error: unknown) => ({ status: null, answer: null, sentence: sentenceOf(error) }));
  const ms = Math.round(clock.monotonic() - began);
  const data: DeliveryData = {
    notification: notification.id,
    event: 'ping',
    state: sent.sentence === null ? 'delivered' : 'failed',
    attempts: 1,
    lastAt: at,
    ms,
    ...sent,
    nextAt: null,
  };
  const id = entropy.id();
  const identity = { kind: 'delivery', id, owner: deliveriesOf(webhook.id), name: id, lookup: null } as const;
  const document = { ...identity, revision: 1, data, createdAt: at, updatedAt: at };
  await store.commit([[{ kind: 'document.insert', document }]]);
  return { delivered: sent.sentence === null, ms, ...sent };
};
