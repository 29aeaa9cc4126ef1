import { randomUUID } from 'node:crypto';
import { checkJobs, tellFindings } from '../client/check-jobs.ts';
import type { Client } from '../client/client.ts';
import { jobsNamed } from '../client/find-job.ts';
import type { JobShape } from '../client/shapes.ts';
import { type Given, type Report, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { attend } from '../start/attend.ts';
import { startRun } from '../start/start-run.ts';
import type { Finding } from './finding.ts';
import type { JobBody } from './make-job.ts';

export interface SendOptions {
  given: Given;
  findings: readonly Finding[];
  commit: string | null;
}

/** Creates the job, and says what the server finds in it. The server refuses a second one of that name. */
export const createJob = async (client: Client, job: JobBody, { given, findings }: SendOptions): Promise<Report> => {
  const made = await client.send<JobShape>('POST', '/jobs', { body: job });
  const checked = await checkJobs(client, [made]);
  if (given.options.json !== true) tellFindings(given.terminal, checked);
  return {
    exit: exitCodes.done,
    lines: [
      `Created job ${made.name} of ${made.owner.id}, ${made.id}. See it: \`runyard jobs get ${made.id}\`; run it: \`runyard start ${made.id}\`.`,
    ],
    json: { findings, job: made, check: checked.flatMap((each) => each.findings) },
  };
};

/**
 * Creates or updates the job, runs it at the commit, in a clean checkout, where it will run for good, and ends as the run does. A new
 * job's schedule is off until then, so that what failed is not left to fail every night.
 */
export const tryJob = async (client: Client, job: JobBody, { given, commit }: SendOptions): Promise<Report> => {
  const { made, schedule } = await madeOrUpdated(client, job);
  given.terminal.err(`runyard: ${schedule === null ? 'updated' : 'made'} job ${made.name} (${made.id}).\n`);
  if (given.options.json !== true) tellFindings(given.terminal, await checkJobs(client, [made]));
  const run = await startRun(client, made.id, { key: randomUUID(), overrides: commit === null ? {} : { ref: commit } });
  const json = given.options.json === true;
  const report = await attend(client, run.id, { follow: true, json, job: made, terminal: given.terminal });
  if (schedule?.waits !== true) return report;
  if (report.exit === 0)
    await client.send('PATCH', `/jobs/${made.id}`, { body: { schedule: { enabled: true } }, repeatable: true });
  else
    given.terminal.err(`runyard: the schedule of ${made.name} stays off: \`runyard clone-as-job\` with --try again.\n`);
  return report;
};

interface Made {
  made: JobShape;
  /** Null: the job was there, and its schedule is on or off as it was. */
  schedule: { waits: boolean } | null;
}

const madeOrUpdated = async (client: Client, job: JobBody): Promise<Made> => {
  const { name, owner, ...fields } = job;
  const [known, other] = await jobsNamed<JobShape>(client, name, typeof owner === 'string' ? owner : undefined);
  if (other !== undefined) throw new UsageError(`There are several jobs ${name}: say whose by --owner.`);
  if (known !== undefined) {
    // What another folder had set is not to stay.
    const made = await client.send<JobShape>('PATCH', `/jobs/${known.id}`, {
      body: { working_dir: null, ...fields },
      repeatable: true,
    });
    return { made, schedule: null };
  }
  const waits = job.schedule !== undefined;
  const body = waits ? { ...job, schedule: { ...(job.schedule as object), enabled: false } } : job;
  return { made: await client.send<JobShape>('POST', '/jobs', { body }), schedule: { waits } };
};
