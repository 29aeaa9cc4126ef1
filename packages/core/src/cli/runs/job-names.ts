import type { Client } from '../client/client.ts';
import { unlessMissing } from '../client/find-job.ts';
import type { JobShape, RunShape } from '../client/shapes.ts';

const atOnce = 8;

/** Names of the runs' jobs by id. A job that was removed has none any more. */
export const jobNames = async (
  client: Client,
  runs: readonly RunShape[],
  known: JobShape | undefined,
): Promise<Map<string, string>> => {
  const names = new Map(known === undefined ? [] : [[known.id, known.name]]);
  const missing = [...new Set(runs.map((run) => run.job_id))].filter((id) => !names.has(id));
  while (missing.length > 0) {
    const jobs = await Promise.all(
      missing.splice(0, atOnce).map((id) => unlessMissing(client.get<JobShape>(`/jobs/${id}`))),
    );
    for (const job of jobs) if (job !== null) names.set(job.id, job.name);
  }
  return names;
};
