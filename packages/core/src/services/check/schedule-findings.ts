import type { Finding } from '../../domain/job/finding.ts';
import type { Job, JobSpec } from '../../domain/job/job.ts';
import type { EngineContext } from '../../engine/context.ts';

/** Whether a schedule still fires, and its occurrences come one after another. `nextAt`: its next instants. */
export const scheduleFindings = async (
  { store }: EngineContext,
  { job, spec }: { job: Job | null; spec: JobSpec },
  nextAt: readonly number[],
): Promise<Finding[]> => {
  if (!spec.schedule) return [];
  if (nextAt.length === 0)
    return [
      {
        code: 'schedule-over',
        severity: 'warning',
        sentence: 'The schedule does not fire any more: see its `endsAt`.',
        field: 'schedule',
      },
    ];
  const { items } = job
    ? await store.runs({ jobId: job.id, states: ['succeeded'], limit: lastRuns, descending: true })
    : { items: [] };
  const took = items.flatMap(({ startedAt, endedAt }) =>
    startedAt === null || endedAt === null ? [] : [endedAt - startedAt],
  );
  const usual = took.sort((a, b) => a - b)[Math.floor(took.length / 2)];
  const apart = Math.min(...nextAt.slice(1).map((at, i) => at - (nextAt[i] ?? at)));
  if (usual === undefined || usual <= apart) return [];
  return [
    {
      code: 'overlap-likely',
      severity: 'warning',
      sentence: `Its last runs took about ${minutes(usual)}, and there are ${minutes(apart)} between two occurrences: ${outcomeOf[spec.concurrencyPolicy]}`,
      field: 'schedule.cron',
    },
  ];
};

const lastRuns = 10;

const outcomeOf: Readonly<Record<JobSpec['concurrencyPolicy'], string>> = {
  Allow: 'they will run beside each other (concurrency policy Allow).',
  Forbid: 'every other one will be skipped (concurrency policy Forbid).',
  Replace: 'each will end the one before it (concurrency policy Replace), so that none may ever be done.',
};

const minutes = (ms: number): string =>
  ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 6000) / 10} min`;
