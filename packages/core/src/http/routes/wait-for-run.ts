import { z } from 'zod';
import { runDetails as runDetailsAnswer } from '../answers/run-answer.ts';
import { json, route } from '../route.ts';
import { runDetails } from '../schemas/answers.ts';
import { runDetailsExample } from '../schemas/examples.ts';
import { waitMs } from '../schemas/query.ts';

/** A long poll: the run, once it has ended or the time is over. */
export const waitForRun = route({
  method: 'GET',
  path: '/runs/{run_id}/wait',
  id: 'waitForRun',
  summary: 'Wait for the end of a run',
  description:
    'Answers as soon as the run has ended, and when the time is over, or the server closes, with the run as it is then: look at `ended_at`, and ask again where it is null. A client that goes away ends only the waiting.',
  query: z.object({ timeout_ms: waitMs.optional().describe('Default 30000.') }),
  answers: { 200: { description: 'The run', schema: runDetails, example: runDetailsExample } },
  errors: ['run-not-found'],
  handle: async ({ request, services, params, query, streams, again }) => {
    const id = params.run_id ?? '';
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), query.timeout_ms ?? 30_000);
    timer.unref();
    const signal = AbortSignal.any([request.signal, streams.signal, stop.signal]);
    try {
      await services.runs.wait(id, { signal }).catch(unless(signal));
    } finally {
      clearTimeout(timer);
    }
    request.signal.throwIfAborted();
    // Rights may have ended meanwhile.
    return json(runDetailsAnswer(await (await again()).runs.get(id)));
  },
});

const unless =
  (signal: AbortSignal) =>
  (error: unknown): void => {
    if (!signal.aborted) throw error;
  };
