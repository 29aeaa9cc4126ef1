import { z } from 'zod';
import type { RunState } from '../../../domain/run/run.ts';
import type { RunListOptions } from '../../../services/api.ts';
import { pageKeys, pageOptions } from '../../answers/page-answer.ts';
import { toTimestamp } from '../../answers/time.ts';
import { json, type Route, route } from '../../route.ts';
import { paging } from '../../schemas/query.ts';
import { isFirstClient } from '../client.ts';
import { podHistoryExample, runSummaryExample } from './examples.ts';
import { clusters, metrics, podHistory, runSummaryList } from './pod-schemas.ts';
import { manyPods, withPods } from './run-pods.ts';
import { runSummary } from './run-summary.ts';

const cluster = z.string().max(256).optional().describe('There is one: it is not looked at.');

/** A job's runs and attempts, as the published API tells of them. */
export const jobPodsRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/jobs/{job_id}/runtimesummary',
    id: 'jobRuntimeSummary',
    summary: "A job's runs as the published API shows them, newest first",
    description: `Those that were skipped are left out. ${manyPods} \`GET /runs?job_id=\` tells more.`,
    query: z.object(paging),
    answers: {
      200: { description: 'A page of runs', schema: runSummaryList, example: { job_summaries: [runSummaryExample] } },
    },
    handle: async ({ request, services, params, query }) => {
      const first = isFirstClient(request);
      const page = await services.runs.list({ ...pageOptions(query), ...ran(params.job_id) });
      const runs = await withPods(services, page.items, { alwaysStarted: first });
      const isNone = first && runs.length === 0;
      return json({ ...(isNone ? { pod_summaries: [] } : { job_summaries: runs.map(runSummary) }), ...pageKeys(page) });
    },
  }),
  route({
    method: 'GET',
    path: '/jobs/{job_id}/history',
    id: 'jobHistory',
    summary: 'The attempts of the 100 newest runs of a job, as pods',
    description: manyPods,
    query: z.object({ cluster }),
    answers: { 200: { description: 'The pods', schema: podHistory, example: podHistoryExample } },
    handle: async ({ request, runyard, services, params }) => {
      const page = await services.runs.list({ limit: 100, ...ran(params.job_id) });
      const runs = await withPods(services, page.items, { alwaysStarted: isFirstClient(request) });
      const pods = runs.flatMap((each) => each.pods);
      const now = toTimestamp(runyard.http.now());
      return json({
        pods: pods.map(({ name, status, started_at, completed_at, labels }) => ({
          pod_name: name,
          status,
          last_seen: completed_at ?? now,
          start_time: started_at,
          end_time: completed_at,
          label_job_name: labels['job-name'],
        })),
      });
    },
  }),
  route({
    method: 'GET',
    path: '/jobs/{job_id}/metrics',
    id: 'jobMetrics',
    summary: 'Nothing: what a run uses of its machine is not measured',
    query: z.object({
      type: z.string().max(256).optional(),
      start: z.string().max(256).optional(),
      end: z.string().max(256).optional(),
      resolution: z.string().max(256).optional(),
      cluster,
    }),
    answers: { 200: { description: 'No series', schema: metrics, example: noMetrics() } },
    handle: async ({ services, params }) => {
      await services.jobs.get(params.job_id ?? '');
      return json(noMetrics());
    },
  }),
  route({
    method: 'GET',
    path: '/jobs/{job_id}/clusters',
    id: 'jobClusters',
    summary: 'Where a job has run, as far as the published API asks: one place, `main`',
    answers: { 200: { description: 'One', schema: clusters, example: { clusters: ['main'] } } },
    handle: async ({ services, params }) => {
      await services.jobs.get(params.job_id ?? '');
      return json({ clusters: ['main'] });
    },
  }),
];

function noMetrics() {
  return { cpu: [], memory: [], network_in: [], network_out: [], gpu: [], gpu_memory: [] };
}

// Nothing of a run that was skipped has ever been anywhere.
const ran = (jobId = ''): RunListOptions => ({ jobId, states });

const states: RunState[] = ['queued', 'starting', 'running', 'stopping', 'succeeded', 'failed', 'cancelled'];
