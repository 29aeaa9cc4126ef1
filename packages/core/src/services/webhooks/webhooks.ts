import { ownerOf, type Principal, visibleOwnersAmong } from '../../access/principal.ts';
import type { StoredDocument } from '../../domain/document.ts';
import { RunyardError } from '../../domain/errors.ts';
import { kindOf } from '../../domain/kind-of.ts';
import type { DeliveryData } from '../../domain/notice/records.ts';
import { deliveriesOf } from '../../domain/notice/records.ts';
import type { EngineContext } from '../../engine/context.ts';
import { webhooksChanged } from '../../engine/notices/webhooks-known.ts';
import { documentFor } from '../documents/document-for.ts';
import { dropDocument, makeDocument } from '../documents/write-document.ts';
import { jobFor, mayDo, mayOwn } from '../guard.ts';
import { pageQuery } from '../page-query.ts';
import type { VaultServices } from '../secrets/vault-services.ts';
import type { Webhooks, WebhookView } from './api.ts';
import { editWebhook } from './edit-webhook.ts';
import { parseWebhook } from './parse-webhook.ts';
import { pingWebhook } from './ping.ts';
import { openSecrets, readSigningSecret, type SigningSecrets } from './signing-secret.ts';
import { rotateSecretSchema, webhookPatchSchema, webhookSchema } from './webhook-schema.ts';
import { deliveryView, type WebhookData, type WebhookDocument, webhookView } from './webhook-view.ts';

export const createWebhooks = ({ context, principal, vault }: VaultServices): Webhooks => {
  const { store, entropy, clock, settings } = context;
  const find = (id: string, action: 'webhook.read' | 'webhook.write'): Promise<WebhookDocument> =>
    documentFor<WebhookData>(context, principal, { kind: 'webhook', id, action });
  const view = (document: WebhookDocument): WebhookView =>
    webhookView(document, { now: clock.now(), afterMs: settings.waitingAfterMs });
  const edit = async (id: string, change: Parameters<typeof editWebhook>[2]): Promise<WebhookView> => {
    const document = await editWebhook(context, principal, change, () => find(id, 'webhook.write'));
    await webhooksChanged(context);
    return view(document);
  };

  return {
    async create(given) {
      mayDo(principal, 'webhook.write');
      const { secret: givenSecret, ...input } = objectOf(given);
      const { url, owner = ownerOf(principal), on, jobId, afterMs, description } = parseWebhook(webhookSchema, input);
      mayOwn(principal, 'webhook.write', owner);
      if (jobId !== undefined) await assertJobOf(context, principal, { jobId, owner });
      const secret = readSigningSecret(givenSecret);
      const id = entropy.id();
      const identity = { kind: 'webhook', id, owner, name: id } as const;
      const sealed = vault.seal(identity, JSON.stringify({ current: secret, old: null } satisfies SigningSecrets));
      const data: WebhookData = {
        url,
        on: on ?? null,
        jobId: jobId ?? null,
        afterMs: afterMs ?? null,
        description: description ?? '',
        enabled: true,
        disabledBecause: null,
        oldSecretUntil: null,
        sealed,
      };
      const told = { deed: 'created', details: { receiver: new URL(url).host } };
      const document = await makeDocument<WebhookData>(context, principal, { given: { ...identity, data }, told });
      await webhooksChanged(context);
      return { secret, view: view(document) };
    },

    get: async (id) => view(await find(id, 'webhook.read')),

    async list({ owner, ...paging } = {}) {
      mayDo(principal, 'webhook.read');
      const owners = visibleOwnersAmong(principal, owner);
      const page = await store.documents({ kind: 'webhook', ...pageQuery(paging, false), ...(owners && { owners }) });
      return { ...page, items: page.items.map((document) => view(document as WebhookDocument)) };
    },

    async update(id, patch) {
      const { jobId, ...given } = parseWebhook(webhookPatchSchema, patch);
      if (typeof jobId === 'string') {
        const { owner } = await find(id, 'webhook.write');
        await assertJobOf(context, principal, { jobId, owner });
      }
      const changes = Object.fromEntries(
        Object.entries({ ...given, jobId }).filter(([, value]) => value !== undefined),
      ) as Partial<WebhookData>;
      const again = given.enabled === undefined ? {} : { disabledBecause: null };
      return edit(id, {
        deed: 'changed',
        details: { fields: Object.keys(changes) },
        next: ({ data }) => ({ ...data, ...changes, ...again }),
      });
    },

    async rotateSecret(id, given = {}) {
      const { secret: givenSecret, ...options } = objectOf(given);
      const { overlapMs } = parseWebhook(rotateSecretSchema, options);
      const secret = readSigningSecret(givenSecret);
      const until = clock.now() + overlapMs;
      const changed = await edit(id, {
        deed: 'secret-rotated',
        details: { oldUntil: until },
        next: (document) => {
          const { current } = openSecrets(vault, document);
          const secrets: SigningSecrets = { current: secret, old: { secret: current, until } };
          const sealed = vault.seal(document, JSON.stringify(secrets));
          return { ...document.data, sealed, oldSecretUntil: until };
        },
      });
      return { secret, view: changed };
    },

    async remove(id) {
      const document = await find(id, 'webhook.write');
      await dropDocument(context, principal, { document, told: { deed: 'removed' } });
      await webhooksChanged(context);
    },

    test: async (id) => pingWebhook(context, await find(id, 'webhook.write')),

    async deliveries(id, paging = {}) {
      if (id === 'host') assertAdmin(principal);
      else await find(id, 'webhook.read');
      const owners = [deliveriesOf(id === 'host' ? null : id)];
      const page = await store.documents({ kind: 'delivery', owners, ...pageQuery(paging, true) });
      return { ...page, items: page.items.map((one) => deliveryView(one as StoredDocument<DeliveryData>)) };
    },
  };
};

// Its secret is taken out before the rest is looked at.
const objectOf = <T extends object>(given: T): T => {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given;
  const expected = 'an object with its fields';
  const received = kindOf(given);
  throw new RunyardError('invalid-webhook', `A webhook is not valid: expected ${expected}, received ${received}.`, {
    expected,
    received,
  });
};

// Else it would never be told of.
const assertJobOf = async (
  context: EngineContext,
  principal: Principal,
  { jobId, owner }: { jobId: string; owner: string },
): Promise<void> => {
  const { spec } = await jobFor(context, principal, 'job.read', jobId);
  if (spec.owner === owner) return;
  throw new RunyardError(
    'invalid-webhook',
    `\`jobId\` is not valid: expected a job of ${owner}, whose the webhook is, received one of ${spec.owner}.`,
    { field: 'jobId', expected: `a job of ${owner}`, received: jobId },
  );
};

const assertAdmin = (principal: Principal): void => {
  mayDo(principal, 'webhook.read');
  if (!principal.admin)
    throw new RunyardError('webhook-not-found', "There is no webhook 'host', or you may not see it.");
};
