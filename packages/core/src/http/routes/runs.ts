import { z } from 'zod';
import { pageKeys, pageOptions } from '../answers/page-answer.ts';
import { runAnswer, runDetails as runDetailsAnswer } from '../answers/run-answer.ts';
import { json, type Route, route } from '../route.ts';
import { run, runDetails, runList, runState } from '../schemas/answers.ts';
import { runDetailsExample, runExample } from '../schemas/examples.ts';
import { paging, several } from '../schemas/query.ts';

/** Runs: list, read, cancel. */
export const runRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/runs',
    id: 'listRuns',
    summary: 'List runs, newest first',
    query: z.object({
      ...paging,
      job_id: z
        .string()
        .regex(/^[0-9a-f]{32}$/, 'expected 32 hex digits')
        .optional(),
      state: several(runState).optional().describe('Any of these.'),
    }),
    answers: { 200: { description: 'A page of runs', schema: runList, example: { runs: [runExample] } } },
    errors: ['invalid-request'],
    handle: async ({ services, query }) => {
      const page = await services.runs.list({
        ...pageOptions(query),
        ...(query.job_id !== undefined && { jobId: query.job_id }),
        ...(query.state !== undefined && { states: query.state }),
      });
      return json({ runs: page.items.map(runAnswer), ...pageKeys(page) });
    },
  }),
  route({
    method: 'GET',
    path: '/runs/{run_id}',
    id: 'getRun',
    summary: 'Read a run, with its attempts',
    answers: { 200: { description: 'The run', schema: runDetails, example: runDetailsExample } },
    errors: ['run-not-found'],
    handle: async ({ services, params }) => json(runDetailsAnswer(await services.runs.get(params.run_id ?? ''))),
  }),
  route({
    method: 'POST',
    path: '/runs/{run_id}/cancel',
    id: 'cancelRun',
    summary: 'Ask a run to stop',
    description: 'Returns once the request is durable; the run is `stopping` until its executor has proved it gone.',
    answers: { 200: { description: 'The run', schema: run, example: runExample } },
    errors: ['run-not-found', 'run-ended'],
    handle: async ({ services, params }) => json(runAnswer(await services.runs.cancel(params.run_id ?? ''))),
  }),
  route({
    method: 'POST',
    path: '/runs/{run_id}/abandon',
    id: 'abandonRun',
    summary: 'End a run whose place does not answer',
    description:
      'For a run that cannot be stopped since its place (host, engine, cluster) is gone for good: it ends as `failed`, `abandoned`, without a proof that nothing of it runs any more, and is not retried. Should its place answer again, what is left there is stopped. Cancel a run whose place answers.',
    answers: { 200: { description: 'The run', schema: run, example: runExample } },
    errors: ['run-not-found', 'run-ended'],
    handle: async ({ services, params }) => json(runAnswer(await services.runs.abandon(params.run_id ?? ''))),
  }),
];
