import { isRunyardError, RunyardError } from '../../domain/errors.ts';
import { isTerminal } from '../../domain/run/run.ts';
import type { Services } from '../../services/api.ts';
import { namedJob } from '../answers/named-jobs.ts';
import { json, type Route, route } from '../route.ts';
import { job } from '../schemas/answers.ts';
import { jobExample } from '../schemas/examples.ts';

/** Asks what a job is running to stop. */
export const stopRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/jobs/{job_id}/stop',
    id: 'stopJob',
    summary: 'Ask every active run of a job to stop',
    description:
      'Returns once the requests are durable; the runs are `stopping` until their executor has proved them gone. Fine without any. Its schedule goes on: for that, `unschedule`.',
    answers: { 200: { description: 'The job', schema: job, example: jobExample } },
    errors: ['job-not-found'],
    handle: async (call) => json(await namedJob(call, await call.services.jobs.stop(call.params.job_id ?? ''))),
  }),
  route({
    method: 'POST',
    path: '/jobs/{job_id}/stop/{run_name}',
    id: 'stopJobRun',
    summary: 'Ask one run of a job to stop',
    description: '`run_name` is the id of the run. One that has ended is left as it is.',
    answers: { 200: { description: 'The job', schema: job, example: jobExample } },
    errors: ['job-not-found', 'run-not-found'],
    handle: async (call) => {
      const { services, params } = call;
      const id = params.job_id ?? '';
      await services.jobs.get(id);
      await stopRun(services, id, params.run_name ?? '');
      return json(await namedJob(call, await services.jobs.get(id)));
    },
  }),
];

const stopRun = async ({ runs }: Services, jobId: string, id: string): Promise<void> => {
  const run = await runs.get(id);
  if (run.jobId !== jobId)
    throw new RunyardError('run-not-found', `The job has no run '${id}', or you may not see it.`);
  if (isTerminal(run.state)) return;
  await runs.cancel(id).catch(unlessEnded);
};

// It may end between the look and the request.
const unlessEnded = (error: unknown): void => {
  if (!isRunyardError(error) || error.code !== 'run-ended') throw error;
};
