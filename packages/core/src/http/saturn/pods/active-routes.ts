import { z } from 'zod';
import { activeStates } from '../../../domain/run/run.ts';
import type { Services } from '../../../services/api.ts';
import { namedJobs } from '../../answers/named-jobs.ts';
import { pageKeys, pageOptions } from '../../answers/page-answer.ts';
import { json, type Route, route } from '../../route.ts';
import { jobExample } from '../../schemas/examples.ts';
import { flag, pageSize, paging } from '../../schemas/query.ts';
import { isFirstClient } from '../client.ts';
import { unlessGone } from '../unless-gone.ts';
import { podExample } from './examples.ts';
import { lastLines } from './last-lines.ts';
import { activeResources, podLogs, podSummary, podSummaryList, podWithLogs } from './pod-schemas.ts';
import { findPod, manyPods, withPods } from './run-pods.ts';

/** What runs now, as the published API tells of it. A pod that has ended is found by its name for as long as its run is kept. */
export const activeRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/active/pods',
    id: 'listActivePods',
    summary: 'The attempts that have not ended, newest run first',
    description: manyPods,
    query: z.object({
      ...paging,
      workload_type: z.string().max(256).optional().describe('Of any other than `job` there are none.'),
      workload_id: z
        .string()
        .regex(/^[0-9a-f]{32}$/, 'expected 32 hex digits')
        .optional()
        .describe('Only of this job.'),
    }),
    answers: { 200: { description: 'The pods', schema: podSummaryList, example: { pod_summaries: [podExample] } } },
    errors: ['job-not-found'],
    handle: async ({ request, services, query }) => {
      const { workload_type: type = 'job', workload_id: jobId } = query;
      if (type !== 'job') return json({ pod_summaries: [] });
      const page = await services.runs.list({
        ...pageOptions(query),
        states: [...activeStates],
        ...(jobId !== undefined && { jobId }),
      });
      const runs = await withPods(services, page.items, { alwaysStarted: isFirstClient(request), live: true });
      return json({ pod_summaries: runs.flatMap(({ pods }) => pods), ...pageKeys(page) });
    },
  }),
  route({
    method: 'GET',
    path: '/active/pods/{pod_name}',
    id: 'getActivePod',
    summary: 'One attempt as a pod',
    answers: { 200: { description: 'The pod', schema: podSummary, example: podExample } },
    errors: ['run-not-found'],
    handle: async ({ request, services, params }) => {
      const options = { alwaysStarted: isFirstClient(request) };
      return json((await findPod(services, params.pod_name ?? '', options)).summary);
    },
  }),
  route({
    method: 'GET',
    path: '/active/pods/{pod_name}/logs',
    id: 'activePodLogs',
    summary: 'The last lines that an attempt has printed',
    query: z.object({
      page_size: pageSize.optional().describe('So many lines. Default 1000.'),
      container_name: z.string().max(256).optional().describe('There is one, `main`; others have printed nothing.'),
      previous: flag.optional().describe('There is none: a retry is a pod of its own.'),
    }),
    answers: { 200: { description: 'The lines', schema: podLogs, example: { logs: 'Reading\nDone\n' } } },
    errors: ['run-not-found', 'log-gone'],
    handle: async ({ request, services, params, query }) => {
      const { page_size: lines = 1000, container_name: container = 'main', previous = false } = query;
      const { pod } = await findPod(services, params.pod_name ?? '', { alwaysStarted: false });
      const isNone = container !== 'main' || previous;
      return json({ logs: isNone ? '' : await lastLines(services, pod, { lines, signal: request.signal }) });
    },
  }),
  route({
    method: 'GET',
    path: '/pod/namespace/{namespace}/name/{pod_name}/runtimesummary',
    id: 'podRuntimeSummary',
    summary: 'One attempt as a pod, with its last lines: for the first client',
    answers: { 200: { description: 'The pod', schema: podWithLogs, example: withLogs('Reading\nDone\n') } },
    errors: ['run-not-found', 'log-gone'],
    handle: async ({ request, services, params }) => {
      const { pod, summary } = await findPod(services, params.pod_name ?? '', { alwaysStarted: true });
      const logs = await lastLines(services, pod, { lines: 1000, signal: request.signal });
      return json({
        ...summary,
        container_summaries: summary.container_summaries.map((container) => ({ ...container, logs })),
      });
    },
  }),
  route({
    method: 'GET',
    path: '/active/resources',
    id: 'listActiveResources',
    summary: 'The jobs that have a run which has not ended',
    description: 'Those of the newest 1,000 such runs, in one answer. `GET /active/pods` leads on through all of them.',
    query: z.object({
      resource_type: z.string().max(256).optional().describe('Of any other than `job` there are none.'),
      list_by: z.string().max(256).optional().describe('It lists what you may see, whatever this says.'),
    }),
    answers: {
      200: {
        description: 'The jobs',
        schema: activeResources,
        example: { resources: [jobExample] },
      },
    },
    handle: async (call) => {
      const jobs = (call.query.resource_type ?? 'job') === 'job' ? await activeJobs(call.services) : [];
      return json({ resources: await namedJobs(call, jobs) });
    },
  }),
];

function withLogs(logs: string) {
  const { container_summaries: containers, ...pod } = podExample;
  return { ...pod, container_summaries: containers.map((container) => ({ ...container, logs })) };
}

/** Jobs of the newest active runs, of which this looks at so many. */
const activeRuns = 1000;

const activeJobs = async ({ runs, jobs }: Services) => {
  const { items } = await runs.list({ states: [...activeStates], limit: activeRuns });
  const found = [];
  for (const id of new Set(items.map(({ jobId }) => jobId)))
    found.push(await unlessGone(jobs.get(id), 'job-not-found'));
  return found.filter((each) => each !== null);
};
