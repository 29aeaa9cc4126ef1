import type { z } from 'zod';
import { RunyardError } from '../../domain/errors.ts';
import type { JobPatch } from '../../domain/job/job-schema.ts';
import type { Jobs, JobView } from '../../services/api.ts';
import { namedJob } from '../answers/named-jobs.ts';
import { scheduleNames } from '../names/job-names.ts';
import { setPath } from '../names/paths.ts';
import { toLibrary } from '../names/translate.ts';
import { inWireNames } from '../names/wire-error.ts';
import { json, type Route, route } from '../route.ts';
import { job } from '../schemas/answers.ts';
import { jobExample } from '../schemas/examples.ts';
import { cronScheduleUpdate } from '../schemas/start-request.ts';

/** Switches a job's schedule on and off. Off is a pause: it survives the next `jobs.apply`, and nothing is fired for it later. */
export const scheduleRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/jobs/{job_id}/schedule',
    id: 'scheduleJob',
    summary: "Switch a job's schedule on",
    body: {
      schema: cronScheduleUpdate,
      code: 'invalid-request',
      example: { schedule: '0 6 * * 1-5', concurrency_policy: 'Forbid' },
    },
    answers: { 200: { description: 'The job', schema: job, example: jobExample } },
    errors: ['invalid-request', 'invalid-cron', 'job-not-found'],
    handle: async (call) => {
      const { services, params, body } = call;
      const id = params.job_id ?? '';
      const before = await services.jobs.get(id);
      if (body.schedule === undefined && before.spec.schedule === null) throw withoutSchedule();
      const view = await inWireNames(body, scheduleNames, () => switchedOn(services.jobs, before, body));
      return json(await namedJob(call, view));
    },
  }),
  route({
    method: 'POST',
    path: '/jobs/{job_id}/unschedule',
    id: 'unscheduleJob',
    summary: "Switch a job's schedule off",
    answers: { 200: { description: 'The job', schema: job, example: jobExample } },
    errors: ['job-not-found'],
    handle: async (call) => {
      const { services, params } = call;
      const id = params.job_id ?? '';
      const view = await services.jobs.get(id);
      const off = view.pause === null ? await services.jobs.pause(id) : view;
      return json(await namedJob(call, off));
    },
  }),
];

// Each step leaves a job that makes sense, so being cut short between them does no harm.
const switchedOn = async (jobs: Jobs, before: JobView, body: z.output<typeof cronScheduleUpdate>): Promise<JobView> => {
  const patch = toLibrary(body, scheduleNames);
  if (before.spec.schedule?.enabled === false) setPath(patch, 'schedule.enabled', true);
  const edited = Object.keys(patch).length > 0 ? await jobs.update(before.id, patch as JobPatch) : before;
  return edited.pause === null ? edited : jobs.resume(before.id);
};

const withoutSchedule = (): RunyardError =>
  new RunyardError('invalid-request', 'The job has no schedule yet: give one, as `schedule`.', {
    field: 'schedule',
    expected: 'a cron expression',
    received: 'nothing',
  });
