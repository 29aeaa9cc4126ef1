import { z } from 'zod';
import type { Owners } from '../../services/owners/api.ts';
import type { WebhookInput, WebhookPatch, WebhookView } from '../../services/webhooks/api.ts';
import { pageKeys, pageOptions } from '../answers/page-answer.ts';
import { webhookAnswer, webhookWithSecretAnswer } from '../answers/webhook-answer.ts';
import { withOwner } from '../names/given-owner.ts';
import { ownerFilter } from '../names/owner-filter.ts';
import { webhookNames } from '../names/people-names.ts';
import { toLibrary } from '../names/translate.ts';
import { inWireNames } from '../names/wire-error.ts';
import { json, noContent, type Route, route } from '../route.ts';
import { ownerQuery, paging } from '../schemas/query.ts';
import {
  webhook,
  webhookCreate,
  webhookCreateExample,
  webhookExample,
  webhookList,
  webhookRotate,
  webhookUpdate,
  webhookWithSecret,
  webhookWithSecretExample,
} from '../schemas/webhooks.ts';

const told = { description: 'The webhook, with the secret', schema: webhookWithSecret };
const shown = { description: 'The webhook, without its secret', schema: webhook };

/** Webhooks: create, list, read, change, rotate the secret, remove. */
export const webhookRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/webhooks',
    id: 'createWebhook',
    summary: 'Create a webhook',
    description: 'It tells of its owner’s jobs. The secret that it signs with is in this answer and in no other.',
    body: {
      schema: webhookCreate,
      code: 'invalid-webhook',
      required: true,
      example: webhookCreateExample,
      isSecret: true,
    },
    answers: { 201: { ...told, example: webhookWithSecretExample } },
    errors: ['group-not-found', 'job-not-found', 'no-encryption-key'],
    handle: async ({ services, owners, body, url }) => {
      const given = await withOwner(body, owners, { code: 'invalid-webhook' });
      const input = toLibrary(given, webhookNames) as unknown as WebhookInput;
      const made = await inWireNames(body, webhookNames, () => services.webhooks.create(input));
      return json(webhookWithSecretAnswer(made, await owners.named([made.view.owner])), 201, {
        location: url(`/webhooks/${made.view.id}`),
      });
    },
  }),
  route({
    method: 'GET',
    path: '/webhooks',
    id: 'listWebhooks',
    summary: 'List webhooks',
    query: z.object({ ...paging, ...ownerQuery }),
    answers: {
      200: { description: 'A page of webhooks', schema: webhookList, example: { webhooks: [webhookExample] } },
    },
    handle: async ({ services, owners, query }) => {
      const owner = await ownerFilter(query, owners);
      const page = await services.webhooks.list({ ...pageOptions(query), ...(owner !== undefined && { owner }) });
      const names = await owners.named(page.items.map((item) => item.owner));
      return json({ webhooks: page.items.map((item) => webhookAnswer(item, names)), ...pageKeys(page) });
    },
  }),
  route({
    method: 'GET',
    path: '/webhooks/{webhook_id}',
    id: 'getWebhook',
    summary: 'Read a webhook',
    answers: { 200: { ...shown, example: webhookExample } },
    handle: async ({ services, owners, params }) =>
      json(await named(owners, await services.webhooks.get(params.webhook_id ?? ''))),
  }),
  route({
    method: 'PATCH',
    path: '/webhooks/{webhook_id}',
    id: 'updateWebhook',
    summary: 'Change a webhook',
    description:
      'What is left out stays. `enabled` also enables one that was disabled because of what its receiver said.',
    // Its address may have a password in it, where it is refused.
    body: {
      schema: webhookUpdate,
      code: 'invalid-webhook',
      required: true,
      example: { enabled: true },
      isSecret: true,
    },
    answers: { 200: { ...shown, example: webhookExample } },
    errors: ['job-not-found', 'edit-conflict'],
    handle: async ({ services, owners, params, body }) => {
      const patch = toLibrary(body, webhookNames) as WebhookPatch;
      const id = params.webhook_id ?? '';
      const next = await inWireNames(body, webhookNames, () => services.webhooks.update(id, patch));
      return json(await named(owners, next));
    },
  }),
  route({
    method: 'POST',
    path: '/webhooks/{webhook_id}/rotate',
    id: 'rotateWebhookSecret',
    summary: 'Give a webhook another secret',
    description: 'The new one is in this answer and in no other. The old one signs too until the overlap is over.',
    body: { schema: webhookRotate, code: 'invalid-webhook', example: { overlap_ms: 3_600_000 }, isSecret: true },
    answers: { 200: { ...told, example: webhookWithSecretExample } },
    errors: ['edit-conflict', 'no-encryption-key'],
    handle: async ({ services, owners, params, body }) => {
      const options = toLibrary(body, webhookNames);
      const id = params.webhook_id ?? '';
      const rotated = await inWireNames(body, webhookNames, () => services.webhooks.rotateSecret(id, options));
      return json(webhookWithSecretAnswer(rotated, await owners.named([rotated.view.owner])));
    },
  }),
  route({
    method: 'DELETE',
    path: '/webhooks/{webhook_id}',
    id: 'deleteWebhook',
    summary: 'Remove a webhook',
    description: 'What was not sent yet is dropped.',
    answers: { 204: { description: 'It is removed.' } },
    handle: async ({ services, params }) => {
      await services.webhooks.remove(params.webhook_id ?? '');
      return noContent();
    },
  }),
];

const named = async (owners: Owners, view: WebhookView) => webhookAnswer(view, await owners.named([view.owner]));
