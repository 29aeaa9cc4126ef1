import type { Client } from '../client/client.ts';
import type { JobShape } from '../client/shapes.ts';
import type { Change } from './differences.ts';

/** A job as `POST /jobs` takes it. */
export type JobBody = Readonly<Record<string, unknown>> & { name: string };

/** What writing the job would change now, by owner and name. The server has judged the body by then. */
export const askChange = async (client: Client, job: JobBody): Promise<Change> => {
  const { changes } = await client.send<{ changes: Change[] }>('PUT', '/jobs', {
    query: { dry_run: true },
    body: { jobs: [job] },
    repeatable: true,
  });
  const [change] = changes;
  if (change === undefined) throw new Error(`The server said nothing of the job ${job.name}.`);
  return change;
};

/**
 * Creates the job, or writes all of it over the one of that owner and name: what the body leaves out has its default afterwards.
 * Unlike `PUT /jobs` it does not make the job one that `apply --prune` of somebody else's files removes.
 */
export const putJob = async (client: Client, job: JobBody): Promise<{ made: JobShape; change: Change }> => {
  const change = await askChange(client, job);
  const { id, after } = change;
  if (id === null) return { made: await client.send<JobShape>('POST', '/jobs', { body: job }), change };
  const { name: _, owner: __, ...fields } = after ?? {};
  const body = { schedule: null, ...fields };
  return { made: await client.send<JobShape>('PATCH', `/jobs/${id}`, { body, repeatable: true }), change };
};
