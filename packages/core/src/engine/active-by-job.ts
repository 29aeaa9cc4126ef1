import type { Job } from '../domain/job/job.ts';
import type { ActiveRun } from '../ports/store.ts';
import type { EngineContext } from './context.ts';

/** The active runs of each of these jobs, oldest first. */
export const activeByJob = async (
  { store }: EngineContext,
  jobs: readonly Job[],
): Promise<Map<string, ActiveRun[]>> => {
  const active = new Map<string, ActiveRun[]>();
  if (jobs.length === 0) return active;
  for (const run of await store.active([...new Set(jobs.map(({ id }) => id))])) {
    const others = active.get(run.jobId);
    if (others) others.push(run);
    else active.set(run.jobId, [run]);
  }
  return active;
};
