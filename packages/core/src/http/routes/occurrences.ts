import { z } from 'zod';
import { occurrenceAnswer, occurrencePage } from '../answers/occurrence-answer.ts';
import { pageKeys } from '../answers/page-answer.ts';
import { json, route } from '../route.ts';
import { occurrenceList } from '../schemas/answers.ts';
import { instant, paging } from '../schemas/query.ts';

/** The ledger of a schedule: every instant that was due, and what came of it. */
export const jobOccurrences = route({
  method: 'GET',
  path: '/jobs/{job_id}/occurrences',
  id: 'listOccurrences',
  summary: 'What was due, and what came of it, newest first',
  description:
    'Each instant of the schedule that has passed is in exactly one row, also where nothing was started: neighbours that were not run for the same reason share one.',
  query: z.object({
    ...paging,
    from: instant.optional().describe('Rows that reach behind this.'),
    to: instant.optional().describe('Rows that begin before this, or then.'),
  }),
  answers: {
    200: {
      description: 'A page of the ledger',
      schema: occurrenceList,
      example: {
        occurrences: [
          {
            from: '2026-02-01T06:00:00+00:00',
            to: '2026-02-01T06:00:00+00:00',
            count: 1,
            reason: null,
            run_id: 'a387e542a27a4e689f16a0fac48901de',
            recorded_at: '2026-02-01T06:00:00+00:00',
          },
        ],
      },
    },
  },
  errors: ['invalid-request', 'job-not-found'],
  handle: async ({ services, params, query }) => {
    const page = await occurrencePage((range) => services.jobs.occurrences(params.job_id ?? '', range), query);
    return json({ occurrences: page.items.map(occurrenceAnswer), ...pageKeys(page) });
  },
});
