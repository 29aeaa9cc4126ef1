import type { Client } from './client.ts';
import { Refused } from './errors.ts';
import { findJob, unlessMissing } from './find-job.ts';
import { isId, type JobShape, type RunDetailsShape, type RunShape } from './shapes.ts';

/** The run of that id, or the last one of the job of that name or id. */
export const findRun = async (client: Client, which: string, owner?: string): Promise<RunDetailsShape> => {
  const found = await runOrJob(client, which, owner);
  if ('run' in found) return found.run;
  const { runs } = await client.get<{ runs: RunShape[] }>('/runs', { job_id: found.job.id, page_size: 1 });
  const [last] = runs;
  if (last === undefined)
    throw new Refused(`${found.job.name} has not run yet: \`runyard start ${found.job.name}\`.`, {
      status: 404,
      code: 'run-not-found',
    });
  return client.get<RunDetailsShape>(`/runs/${last.id}`);
};

export const runOrJob = async (
  client: Client,
  which: string,
  owner?: string,
): Promise<{ run: RunDetailsShape } | { job: JobShape }> => {
  const run = isId(which) ? await unlessMissing(client.get<RunDetailsShape>(`/runs/${which}`)) : null;
  return run === null ? { job: await findJob(client, which, owner) } : { run };
};
