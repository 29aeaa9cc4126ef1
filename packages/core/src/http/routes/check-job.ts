import type { JobInput } from '../../domain/job/job-schema.ts';
import { checkAnswer } from '../answers/check-answer.ts';
import { inOwnerWords } from '../answers/owner-words.ts';
import { withOwner } from '../names/given-owner.ts';
import { json, type Route, route } from '../route.ts';
import { jobCheck, jobCheckExample } from '../schemas/checks.ts';
import { jobCreateExample } from '../schemas/examples.ts';
import { jobCreate } from '../schemas/job-request.ts';
import { libraryBody } from './jobs.ts';

const answers = { 200: { description: 'What was found', schema: jobCheck, example: jobCheckExample } };

/** Looks at a job before it runs. A client that goes away ends the looking. */
export const checkRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/jobs/check',
    id: 'checkJobDescription',
    summary: 'Check a job that is only described',
    description:
      'Repositories, refs, secrets, image, size, command, schedule. What the job would be refused for is among what was found, but for a body that is not of the right shape. Nothing is written; takes a minute at most.',
    body: { schema: jobCreate, code: 'invalid-job', required: true, example: jobCreateExample },
    answers,
    errors: ['unsupported-field'],
    handle: async ({ services, owners, body, request }) => {
      const input = libraryBody(await withOwner(body, owners, { code: 'invalid-job' })) as unknown as JobInput;
      const answer = checkAnswer(await services.jobs.check(input, { signal: request.signal }), body);
      return json({ ...answer, findings: await inOwnerWords(owners, answer.findings) });
    },
  }),
  route({
    method: 'POST',
    path: '/jobs/{job_id}/check',
    id: 'checkJob',
    summary: 'Check a job before it runs',
    description: 'As above, of a job that is there, with how long its last runs took.',
    answers,
    handle: async ({ services, owners, params, request }) => {
      const answer = checkAnswer(await services.jobs.check(params.job_id ?? '', { signal: request.signal }), {});
      return json({ ...answer, findings: await inOwnerWords(owners, answer.findings) });
    },
  }),
];
