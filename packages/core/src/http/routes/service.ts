import { json, publicRoute, type Route, route } from '../route.ts';
import { apiStatus, healthStatus } from '../schemas/answers.ts';

/** About the service itself. Of these only the document asks who is asking. */
export const serviceRoutes: readonly Route[] = [
  publicRoute({
    method: 'GET',
    path: '/healthz',
    id: 'healthz',
    summary: 'Is this process alive?',
    answers: {
      200: { description: 'It is', schema: healthStatus, example: { status: 'ok' } },
      503: { description: 'It was closed', schema: healthStatus, example: { status: 'closed' } },
    },
    handle: async ({ runyard }) => {
      const { status } = await runyard.health();
      return status === 'closed' ? json({ status }, 503) : json({ status: 'ok' });
    },
  }),
  publicRoute({
    method: 'GET',
    path: '/readyz',
    id: 'readyz',
    summary: 'Can it take requests?',
    description:
      'Not while its store cannot be reached. An executor that is away, or a host clock that is off by more than a minute, is `degraded`: starts are still accepted.',
    answers: {
      200: { description: 'It can', schema: healthStatus, example: { status: 'ok' } },
      503: { description: 'It cannot', schema: healthStatus, example: { status: 'unavailable' } },
    },
    handle: async ({ runyard }) => {
      const { status, store } = await runyard.health();
      if (status === 'closed') return json({ status }, 503);
      return store === 'ok' ? json({ status }) : json({ status: 'unavailable' }, 503);
    },
  }),
  publicRoute({
    method: 'GET',
    path: '/status',
    id: 'status',
    summary: 'Status and version',
    answers: { 200: { description: 'As published', schema: apiStatus, example: { status: 'ok', version: '0.1.0' } } },
    handle: ({ runyard }) => json({ status: 'ok', version: runyard.http.version }),
  }),
  route({
    method: 'GET',
    path: '/openapi.json',
    id: 'openapi',
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1' } },
    handle: ({ openapi }) => json(openapi()),
  }),
];
