import { isRunyardError, type RunyardError } from '../../domain/errors.ts';
import type { Finding } from '../../domain/job/finding.ts';
import type { Job, JobSpec } from '../../domain/job/job.ts';
import type { JobInput } from '../../domain/job/job-schema.ts';
import type { EngineContext } from '../../engine/context.ts';
import { previewSchedule } from '../preview.ts';
import type { JobServices } from '../read-job.ts';
import { readJob } from '../read-job.ts';
import { accessFindings } from './access-findings.ts';
import type { JobCheck } from './api.ts';
import { executorFindings } from './executor-findings.ts';
import { notAsked } from './not-asked.ts';
import { scheduleFindings } from './schedule-findings.ts';
import { sourceFindings } from './source-findings.ts';

/** Looks at all that can be known of a job before it runs. Nothing is written. Ends by itself after a while: what has not answered by then is `not-asked`. */
export const checkJob = async (
  services: JobServices,
  which: { job: Job } | { spec: JobSpec } | { input: JobInput },
  signal: AbortSignal = new AbortController().signal,
): Promise<JobCheck> => {
  const { context } = services;
  const job = 'job' in which ? which.job : null;
  const spec = 'input' in which ? specOf(services, which.input) : 'job' in which ? which.job.spec : which.spec;
  if (isRunyardError(spec)) return { findings: [refusal(spec)], nextAt: [] };
  const nextAt = spec.schedule ? await nextOf(context, job ?? spec) : [];
  const limit = AbortSignal.any([signal, AbortSignal.timeout(longestMs)]);
  const inTime = async (findings: Promise<Finding[]>, field: string): Promise<Finding[]> => {
    try {
      return await findings;
    } catch (error) {
      signal.throwIfAborted();
      if (!limit.aborted) throw error;
      return [notAsked(`it took longer than ${longestMs / 1000} s.`, field)];
    }
  };
  const found = await Promise.all([
    inTime(accessFindings(context, spec, { signal: limit, opened: true }), 'secrets'),
    inTime(sourceFindings(context, spec, limit), 'sources'),
    inTime(executorFindings(context, spec, limit), 'executor'),
    scheduleFindings(context, { job, spec }, nextAt),
  ]);
  return { findings: sorted(found.flat()), nextAt };
};

/** A repository may be large. */
const longestMs = 60_000;

const specOf = (services: JobServices, input: JobInput): JobSpec | RunyardError => {
  try {
    return readJob(services, input);
  } catch (error) {
    if (isRunyardError(error) && error.code !== 'forbidden') return error;
    throw error;
  }
};

const refusal = ({ code, message, field }: RunyardError): Finding => ({
  code,
  severity: 'error',
  sentence: message,
  ...(field !== undefined && { field }),
});

const nextOf = async ({ store, clock }: EngineContext, which: Job | JobSpec): Promise<number[]> => {
  const at = { now: clock.now(), n: 5 };
  if (!('spec' in which)) return previewSchedule({ schedule: which.schedule }, at);
  const cursor = await store.cursor(which.id);
  return previewSchedule(which, { ...at, ...(cursor && { anchorAt: cursor.anchorAt }) });
};

const sorted = (findings: readonly Finding[]): Finding[] => {
  const once = findings.filter(
    ({ code, field }, i) => findings.findIndex((other) => other.code === code && other.field === field) === i,
  );
  return once.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
};
