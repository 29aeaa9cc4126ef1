import { systemPrincipal } from '../../access/principal.ts';
import type { Vault } from '../../access/vault/vault.ts';
import { signedHeaders } from '../../access/webhook-signature.ts';
import type { Notification } from '../../domain/notice/notice.ts';
import type { EngineContext } from '../../engine/context.ts';
import { webhookTimeoutMs } from '../../engine/notices/deliver.ts';
import { webhooksChanged } from '../../engine/notices/webhooks-known.ts';
import { unlessAborted, within } from '../../engine/within.ts';
import type { Courier, Post } from '../../ports/courier.ts';
import { version } from '../version.ts';
import { editWebhook } from './edit-webhook.ts';
import { openSecrets, signingNow } from './signing-secret.ts';
import type { WebhookDocument } from './webhook-view.ts';
import { wireBody } from './wire-body.ts';

export type Notify = (notification: Notification) => void | Promise<void>;

export interface CourierParts {
  vault: Vault;
  post: Post;
  notify: Notify | null;
  /** Asked when there is something to disable: it is not made yet when this is. */
  context(): EngineContext;
}

/** Signs and posts what is for webhooks, and hands the host what is for its own hook. */
export const newCourier = ({ vault, post, notify, context }: CourierParts): Courier => ({
  async send(document, notification, signal) {
    const { data, ...webhook } = document as WebhookDocument;
    const at = context().clock.now();
    const secrets = signingNow(openSecrets(vault, { ...webhook, data }), at);
    const body = wireBody(notification);
    const headers = {
      'content-type': 'application/json',
      'user-agent': `runyard/${version}`,
      ...signedHeaders({ id: notification.id, at, body }, secrets),
    };
    const { clock } = context();
    const send = (limit: AbortSignal) => post({ url: data.url, headers, body }, limit);
    const { status, answer } = await within(webhookTimeoutMs, { clock, signal }, send);
    return { status, answer: await unlessAborted(signal, answer), sentence: sentenceOf(status) };
  },

  async disable({ id }) {
    const engine = context();
    const read = async () => (await engine.store.document('webhook', id)) as WebhookDocument | null;
    const first = await read();
    // Somebody was faster.
    if (!first?.data.enabled) return;
    const next = ({ data }: WebhookDocument) => ({ ...data, enabled: false, disabledBecause: wantsNoMore });
    const edit = { deed: 'disabled', details: { status: 410 }, next };
    await editWebhook(engine, systemPrincipal, edit, async () => (await read()) ?? first);
    await webhooksChanged(engine);
  },

  ...(notify && {
    async notify(notification) {
      await notify(structuredClone(notification));
    },
  }),
});

const wantsNoMore = 'The receiver answered 410 (gone): it wants no more.';

const sentenceOf = (status: number): string | null => {
  if (status >= 200 && status < 300) return null;
  if (status === 410) return wantsNoMore;
  if (status >= 300 && status < 400)
    return `The receiver answered ${status}: redirects are not followed. Give the webhook the address that it leads to.`;
  return `The receiver answered ${status}.`;
};
