import { z } from 'zod';
import { pageKeys, pageOptions } from '../answers/page-answer.ts';
import { deliveryAnswer, pingAnswer } from '../answers/webhook-answer.ts';
import { json, type Route, route } from '../route.ts';
import { paging } from '../schemas/query.ts';
import { deliveryExample, deliveryList, ping, pingExample } from '../schemas/webhooks.ts';

const page = {
  200: { description: 'A page of deliveries', schema: deliveryList, example: { deliveries: [deliveryExample] } },
};

/** What webhooks, and the host's own hook, have sent; and to try one out. */
export const webhookDeliveryRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/webhooks/host/deliveries',
    id: 'listHostDeliveries',
    summary: 'List what the host’s own hook was called for, newest first',
    description: 'For admins. Kept for 30 days.',
    query: z.object(paging),
    answers: page,
    errors: ['webhook-not-found'],
    handle: async ({ services, query }) => {
      const found = await services.webhooks.deliveries('host', pageOptions(query));
      return json({ deliveries: found.items.map(deliveryAnswer), ...pageKeys(found) });
    },
  }),
  route({
    method: 'GET',
    path: '/webhooks/{webhook_id}/deliveries',
    id: 'listWebhookDeliveries',
    summary: 'List what a webhook has sent and is to send, newest first',
    description: 'Kept for 30 days.',
    query: z.object(paging),
    answers: page,
    handle: async ({ services, params, query }) => {
      const found = await services.webhooks.deliveries(params.webhook_id ?? '', pageOptions(query));
      return json({ deliveries: found.items.map(deliveryAnswer), ...pageKeys(found) });
    },
  }),
  route({
    method: 'POST',
    path: '/webhooks/{webhook_id}/ping',
    id: 'pingWebhook',
    summary: 'Send a ping with a webhook',
    description: 'Now and once, also where it is disabled; answers when its receiver has, or after 10 s.',
    answers: { 200: { description: 'What came of it', schema: ping, example: pingExample } },
    handle: async ({ services, params }) => json(pingAnswer(await services.webhooks.test(params.webhook_id ?? ''))),
  }),
];
