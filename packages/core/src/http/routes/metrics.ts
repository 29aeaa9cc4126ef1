import { z } from 'zod';
import type { MetricReading } from '../../ports/metrics.ts';
import { exposition, expositionType } from '../metrics/exposition.ts';
import { publicRoute, route } from '../route.ts';

const described = {
  method: 'GET',
  path: '/metrics',
  id: 'metrics',
  summary: 'The numbers of this instance, for Prometheus',
  description:
    'The text format, 0.0.4. Counters begin at zero with each process; each instance of several has its own. They are of everybody’s runs, so only admins may read them (with a narrowed token: by the scope `metrics:read`), and tokens of the host that have this scope; anybody, where the host has `publicMetrics`.',
  answers: { 200: { description: 'The metrics', schema: z.string(), contentTypes: ['text/plain'] } },
} as const;

export const metricsRoute = route({
  ...described,
  handle: async ({ services }) => answer(await services.metrics.read()),
});

/** For hosts that say `publicMetrics`. */
export const publicMetricsRoute = publicRoute({
  ...described,
  handle: async ({ runyard }) => answer(await runyard.metrics.read()),
});

const answer = (readings: readonly MetricReading[]): Response =>
  new Response(exposition(readings), { headers: { 'content-type': expositionType, 'cache-control': 'no-store' } });
