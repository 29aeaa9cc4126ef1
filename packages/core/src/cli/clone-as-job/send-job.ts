import type { JobBody } from '../apply/put-job.ts';
import { checkJobs, tellFindings } from '../client/check-jobs.ts';
import type { Client } from '../client/client.ts';
import { Refused } from '../client/errors.ts';
import { ownerText } from '../client/owner-text.ts';
import type { JobShape } from '../client/shapes.ts';
import type { Given, Report } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Finding } from './finding.ts';

export interface SendOptions {
  given: Given;
  findings: readonly Finding[];
  commit: string | null;
}

/** Creates the job, and says what the server finds in it. The server refuses a second one of that name. */
export const createJob = async (client: Client, job: JobBody, { given, findings }: SendOptions): Promise<Report> => {
  const made = await client.send<JobShape>('POST', '/jobs', { body: job }).catch((error: unknown) => {
    if (!(error instanceof Refused) || error.code !== 'name-in-use') throw error;
    throw new Refused(
      `${error.message} Or bring that one to what is here: --try instead of --create, or \`runyard apply\`.`,
      error,
    );
  });
  const checked = await checkJobs(client, [made]);
  if (given.options.json !== true) tellFindings(given.terminal, checked);
  return {
    exit: exitCodes.done,
    lines: [
      `Created job ${made.name} of ${ownerText(made.owner)}, ${made.id}. See it: \`runyard jobs get ${made.id}\`; run it: \`runyard start ${made.id}\`.`,
    ],
    json: { findings, job: made, check: checked.flatMap((each) => each.findings) },
  };
};
