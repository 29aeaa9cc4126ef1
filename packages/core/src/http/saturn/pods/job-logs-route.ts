import { z } from 'zod';
import type { Services } from '../../../services/api.ts';
import { json, route } from '../../route.ts';
import { pageSize, paging } from '../../schemas/query.ts';
import { isFirstClient } from '../client.ts';
import { onlyForwards } from '../only-forwards.ts';
import { logLinesExample } from './examples.ts';
import { historyOfLogs } from './history-of-logs.ts';
import { lastLines } from './last-lines.ts';
import { noSuchPod, type Pod } from './pod-name.ts';
import { logLines } from './pod-schemas.ts';
import { findPod } from './run-pods.ts';

/** So many lines at the end are told as one text. */
const textLines = 10_000;

/** The log of a job, as the published API tells it. */
export const jobLogs = route({
  method: 'GET',
  path: '/jobs/{job_id}/logs',
  id: 'jobLogs',
  summary: 'The lines that the runs of a job have printed, oldest first',
  description:
    'For the first client, which says `X-Saturn-Client-Version`, one text: the end of the log of one pod, or of the newest. `GET /runs/{run_id}/logs` follows a log.',
  query: z.object({
    pod_name: z.string().max(256).optional().describe('Only of this pod: `<run id>-<attempt>`.'),
    cluster: z.string().max(256).optional().describe('There is one: it is not looked at.'),
    page_size: pageSize.optional().describe('Default 1000.'),
    next_key: paging.next_key,
    prev_key: z
      .string()
      .max(2048)
      .optional()
      .describe('Refused: logs are read forwards only, and no answer gives one.'),
  }),
  headers: { 'X-Saturn-Client-Version': 'Whatever it says: `logs` is one text.' },
  answers: { 200: { description: 'The lines', schema: logLines, example: logLinesExample } },
  errors: ['run-not-found', 'log-gone'],
  handle: async ({ request, services, params, query }) => {
    const jobId = params.job_id ?? '';
    await services.jobs.get(jobId);
    if ((query.prev_key ?? '') !== '') throw onlyForwards('prev_key', query.prev_key);
    const pod = query.pod_name === undefined ? undefined : await podOfJob(services, jobId, query.pod_name);
    const { signal } = request;
    if (!isFirstClient(request)) {
      const page = { jobId, pod, key: query.next_key, lines: query.page_size ?? 1000, signal };
      return json(await historyOfLogs(services, page));
    }
    const told = pod ?? (await newestPod(services, jobId));
    return json({ logs: told ? await lastLines(services, told, { lines: textLines, signal }) : '' });
  },
});

const podOfJob = async (services: Services, jobId: string, name: string): Promise<Pod> => {
  const { pod, run } = await findPod(services, name, { alwaysStarted: false });
  if (run.jobId !== jobId) throw noSuchPod();
  return pod;
};

const newestPod = async (services: Services, jobId: string): Promise<Pod | undefined> => {
  const { items } = await services.runs.list({ jobId, limit: 100 });
  const run = items.find(({ attempt }) => attempt > 0);
  return run && { runId: run.id, attempt: run.attempt, rank: null };
};
