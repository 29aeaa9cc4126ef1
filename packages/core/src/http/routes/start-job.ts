import type { z } from 'zod';
import { RunyardError } from '../../domain/errors.ts';
import type { Run, StartOverrides, Trigger } from '../../domain/run/run.ts';
import type { StartOptions } from '../../services/api.ts';
import { namedJobText } from '../answers/named-jobs.ts';
import { overrideNames } from '../names/job-names.ts';
import { toLibrary } from '../names/translate.ts';
import { withoutUnsupported } from '../names/unsupported.ts';
import { inWireNames } from '../names/wire-error.ts';
import type { PlainAnswer } from '../plain-answer.ts';
import { type Call, json, jsonText, route } from '../route.ts';
import { startedJob, startedRun } from '../schemas/answers.ts';
import { jobExample, runReferenceExample } from '../schemas/examples.ts';
import { jobRestart, jobStart } from '../schemas/start-request.ts';

const startHeaders = {
  'Idempotency-Key': 'The same key for the same job, within 24 hours, gives the run that the first call made.',
  'X-Runyard-Trigger': '`manual` where a person pressed a button; else the trigger is `api`.',
};

const startAnswers = {
  200: {
    description: 'The job, with its new run',
    schema: startedJob,
    example: { ...jobExample, run: runReferenceExample },
  },
  201: {
    description: 'The run is accepted; the job could not be read any more',
    schema: startedRun,
    example: { id: jobExample.id, run: runReferenceExample },
  },
};

/** Starts a run, with or without a body, and tells its id. */
export const startJob = route({
  method: 'POST',
  path: '/jobs/{job_id}/start',
  id: 'startJob',
  summary: 'Start a run of a job',
  description: 'Returns once the run is accepted. An empty body is fine, whatever its content type.',
  headers: startHeaders,
  body: { schema: jobStart, code: 'invalid-request', example: { environment_variables: { DAY: '2026-02-01' } } },
  answers: startAnswers,
  errors: ['invalid-request', 'unknown-field', 'unsupported-field', 'job-not-found', 'forbidden-overlap'],
  handle: (call) => started(call, (id, options) => call.services.jobs.start(id, options)),
});

/** Starts anew: what runs is asked to stop, and the new run waits until it is proved gone. */
export const restartJob = route({
  method: 'POST',
  path: '/jobs/{job_id}/restart',
  id: 'restartJob',
  summary: 'Start a run of a job instead of those that are active',
  description:
    'Returns once the run is accepted, and with it the requests to stop the others, whatever the concurrency policy of the job: they end as `cancelled`, `replaced`, and the new one is not even prepared before the last of them is proved gone. Without any it is a start.',
  headers: startHeaders,
  body: { schema: jobRestart, code: 'invalid-request', example: { debug_mode: false } },
  answers: startAnswers,
  errors: ['invalid-request', 'unknown-field', 'unsupported-field', 'job-not-found'],
  handle: (call) => started(call, (id, options) => call.services.jobs.restart(id, options)),
});

const started = async (
  call: Call<unknown, z.output<typeof jobRestart>>,
  start: (id: string, options: StartOptions) => Promise<Run>,
): Promise<PlainAnswer> => {
  const id = call.params.job_id ?? '';
  const { request, services } = call;
  const key = idempotencyKey(request);
  const run = await inWireNames(call.body, overrideNames, async () =>
    start(id, {
      ...(toLibrary(withoutUnsupported(call.body), overrideNames) as StartOverrides),
      trigger: trigger(request),
      ...(key !== undefined && { idempotencyKey: key }),
    }),
  );
  const told = { run: runReference(run) };
  const headers = { location: call.url(`/runs/${run.id}`) };
  // It is accepted: what fails from here on must not look like a start that was refused.
  const job = await services.jobs
    .get(id)
    .then((view) => namedJobText(call, view))
    .catch(() => null);
  if (job === null) return json({ id, ...told }, 201, headers);
  return jsonText(`${job.slice(0, -1)},${JSON.stringify(told).slice(1)}`, 200, headers);
};

const runReference = ({ id, state, attempt, trigger, reason }: Run) => ({ id, state, attempt, trigger, reason });

const trigger = (request: Request): Trigger => {
  const given = request.headers.get('x-runyard-trigger')?.toLowerCase() ?? 'api';
  if (given === 'api' || given === 'manual') return given;
  throw new RunyardError(
    'invalid-request',
    `The header X-Runyard-Trigger is not valid: expected manual or api, received ${given}.`,
    {
      field: 'X-Runyard-Trigger',
      expected: 'manual or api',
      received: given,
    },
  );
};

const idempotencyKey = (request: Request): string | undefined => {
  const key = request.headers.get('idempotency-key') ?? undefined;
  if (key === undefined || (key !== '' && key.length <= 255)) return key;
  throw new RunyardError('invalid-request', 'The header Idempotency-Key must have 1 to 255 characters.', {
    field: 'Idempotency-Key',
    expected: '1 to 255 characters',
    received: `${key.length} characters`,
  });
};
