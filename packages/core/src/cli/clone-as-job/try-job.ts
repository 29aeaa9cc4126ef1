import { randomUUID } from 'node:crypto';
import { type Change, differences } from '../apply/differences.ts';
import { askChange, type JobBody, putJob } from '../apply/put-job.ts';
import { checkJobs, tellFindings } from '../client/check-jobs.ts';
import type { Client } from '../client/client.ts';
import { Refused, Unreachable } from '../client/errors.ts';
import { unlessMissing } from '../client/find-job.ts';
import { ownerText } from '../client/owner-text.ts';
import type { JobShape } from '../client/shapes.ts';
import { type Report, UsageError } from '../command.ts';
import { localTime } from '../output/time.ts';
import { visible } from '../output/visible.ts';
import { attend } from '../start/attend.ts';
import { startRun } from '../start/start-run.ts';
import type { Terminal } from '../terminal.ts';
import type { SendOptions } from './send-job.ts';

/**
 * Runs the job at the commit, in a clean checkout, where it will run for good, and ends as the run does. It runs as a job of its own,
 * NAME-try, that has no schedule: what is scheduled is written when that has succeeded, and never before. A try that failed, or
 * that we did not see the end of, stays to be looked at, and is replaced by the next one.
 */
export const tryJob = async (
  client: Client,
  job: JobBody,
  { given, findings, commit }: SendOptions,
): Promise<Report> => {
  const { terminal } = given;
  const json = given.options.json === true;
  const say = (text: string): void => terminal.err(visible(`runyard: ${text}\n`));
  const { id } = await askChange(client, job);
  const body = await tryBody(client, job);
  if (!json) tellFindings(terminal, await checkJobs(client, [{ name: job.name, body: job }]));
  const { made: tried } = await putJob(client, body);
  const left = `${asItWas(job, id !== null)} The try is the job ${tried.name} (${tried.id}), which has no schedule; the next --try replaces it.`;
  const report = await runAt(commit, { client, job: tried, json, terminal }).catch((error: unknown) => {
    say(left);
    throw error;
  });
  if (report.exit !== 0) {
    say(left);
    return { ...report, json: { ...report.json, findings, job: null, try: tried } };
  }
  const { made, change } = await putJob(client, job).catch((error: unknown) => {
    say(
      `the try has succeeded, but whether ${job.name} was written is not known: see \`runyard jobs get ${job.name}\`, or --try again.`,
    );
    throw error;
  });
  say(written(made, change));
  await removeTry(client, tried, say);
  return { ...report, json: { ...report.json, findings, job: made, try: null } };
};

const runAt = async (
  commit: string | null,
  { client, job, json, terminal }: { client: Client; job: JobShape; json: boolean; terminal: Terminal },
): Promise<Report> => {
  const overrides = commit === null ? {} : { ref: commit };
  const run = await startRun(client, job.id, { key: randomUUID(), overrides });
  return attend(client, run.id, { follow: true, json, job, terminal });
};

/** By which a job is known to be a try of another. */
const mark = 'runyard-try-of';

// A job of somebody who happened to choose that name is not written over.
const tryBody = async (client: Client, { schedule: _, ...job }: JobBody): Promise<JobBody> => {
  const name = `${job.name}-try`;
  const body = {
    ...job,
    name,
    description: `A try of ${job.name}, by \`clone-as-job --try\`.`,
    tags: { [mark]: job.name },
  };
  const { before } = await askChange(client, body);
  const tags = before?.tags as Readonly<Record<string, string>> | undefined;
  if (before !== null && tags?.[mark] !== job.name)
    throw new UsageError(
      `The try would run as job ${name}, and there is one of that name that is no try: choose another --name.`,
    );
  return body;
};

const asItWas = ({ name }: JobBody, isThere: boolean): string =>
  isThere
    ? `${name} is as it was, with the schedule that it had.`
    : `There is no job ${name} yet, so that nothing of it is scheduled.`;

const written = (made: JobShape, change: Change): string => {
  const changed = change.id === null ? [] : differences(change).map(withoutVariable);
  return [
    `${change.id === null ? 'created' : 'updated'} job ${made.name} of ${ownerText(made.owner)} (${made.id}); ${whenItRuns(made)}.`,
    ...changed.map((line) => `    ${line}`),
  ].join('\n');
};

const whenItRuns = ({ schedule, paused, next_run_at: next }: JobShape): string => {
  if (schedule === null) return 'it has no schedule';
  if (paused) return 'its schedule waits, because somebody has paused it';
  return next === null ? 'its schedule never fires' : `its schedule is on, first at ${localTime(next)}`;
};

// Some values are not to be shown, and of a variable that is gone nobody knows whether it is one of them.
const withoutVariable = (line: string): string =>
  line.replace(/^(environment_variables\.[^:]*):.*$/s, '$1 has changed');

// Its run and its log stay readable. Where it cannot be removed now, it does no harm.
const removeTry = async (client: Client, { id, name }: JobShape, say: (text: string) => void): Promise<void> => {
  try {
    await unlessMissing(client.send('DELETE', `/jobs/${id}`, { repeatable: true }));
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    say(`the job ${name} (${id}) of the try is still there, without a schedule: ${error.message}`);
  }
};
