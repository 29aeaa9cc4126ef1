import { clientFor } from '../client/client.ts';
import { Refused } from '../client/errors.ts';
import { findJob, unlessMissing } from '../client/find-job.ts';
import { optionText } from '../client/options.ts';
import { ownerText } from '../client/owner-text.ts';
import type { Given, Report } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

/** Removes a job. One that somebody else removes meanwhile is removed. */
export const removeJob = async (given: Given, which: string): Promise<Report> => {
  const client = await clientFor(given);
  const job = await findJob(client, which, optionText(given, 'owner'));
  const query = { allow_active: given.options['allow-active'] === true };
  await unlessMissing(client.send('DELETE', `/jobs/${job.id}`, { query, repeatable: true })).catch((error: unknown) => {
    if (!(error instanceof Refused) || error.code !== 'job-active') throw error;
    throw new Refused(
      `The job ${job.name} has active runs: \`runyard stop ${job.id}\` first, or --allow-active.`,
      error,
    );
  });
  return {
    exit: exitCodes.done,
    lines: [`Removed job ${job.name} of ${ownerText(job.owner)} (${job.id}).`],
    json: { removed: { id: job.id, name: job.name, owner: job.owner.id } },
  };
};
