import { z } from 'zod';
import { parseCron } from '../../domain/schedule/cron.ts';
import { toTimestamp } from '../answers/time.ts';
import { json, route } from '../route.ts';
import { schedulePreview } from '../schemas/answers.ts';
import { instantCount } from '../schemas/query.ts';

/** When a job's schedule is due next, by its own anchor and jitter. */
export const previewJob = route({
  method: 'GET',
  path: '/jobs/{job_id}/preview',
  id: 'previewJob',
  summary: 'When a job is due next',
  description: 'Also of a schedule that is paused or switched off: when it would be due.',
  query: z.object({ n: instantCount.optional().describe('Default 5.') }),
  answers: {
    200: {
      description: 'Its next instants, fewer where the schedule ends',
      schema: schedulePreview,
      example: {
        says: 'At 06:00 on Monday to Friday, UTC',
        timezone: 'UTC',
        times: ['2026-02-02T06:00:00+00:00', '2026-02-03T06:00:00+00:00'],
      },
    },
  },
  errors: ['invalid-request', 'job-not-found'],
  handle: async ({ services, params, query }) => {
    const { id, spec } = await services.jobs.get(params.job_id ?? '');
    const instants = await services.jobs.preview(id, query.n ?? 5);
    const cron = spec.schedule && parseCron(spec.schedule.cron, { timezone: spec.schedule.timezone ?? undefined });
    return json({
      says: cron?.describe() ?? null,
      timezone: cron?.timezone ?? null,
      times: instants.map(toTimestamp),
    });
  },
});
