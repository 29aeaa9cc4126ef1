import { clientFor } from '../client/client.ts';
import { findJob } from '../client/find-job.ts';
import { askingExits, optionNumber, optionText } from '../client/options.ts';
import { ownerText } from '../client/owner-text.ts';
import { clientHelp, clientOptions } from '../client/settings.ts';
import type { JobShape } from '../client/shapes.ts';
import { type Command, type Given, type Report, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { paintFor, paintState } from '../output/paint.ts';
import { table } from '../output/table.ts';
import { localTime } from '../output/time.ts';
import { jobLines } from './job-lines.ts';
import { removeJob } from './remove-job.ts';

export const jobsCommand: Command = {
  usage:
    'runyard jobs [list | get NAME-OR-ID | remove NAME-OR-ID] [--owner OWNER] [--name PART] [--limit N] [--allow-active] [--json]',
  help: [
    'Lists jobs, shows all of one, or removes one, whose runs and logs stay readable. Times are those of this machine.',
    '',
    '  --owner OWNER      only jobs of user:NAME, group:NAME, a name alone, or an id; with `get` and `remove`: whose, where',
    '                     several have that name',
    '  --name PART        only jobs whose name has this in it',
    '  --limit N          at most so many; default 100',
    '  --allow-active     with `remove`: also while runs of it are active, which are cancelled then',
    ...clientHelp,
    '',
    `Exit codes: 0; ${askingExits}`,
  ],
  options: {
    ...clientOptions,
    owner: { type: 'string' },
    name: { type: 'string' },
    limit: { type: 'string' },
    'allow-active': { type: 'boolean' },
  },
  async run(given) {
    const [verb = 'list', ...rest] = given.words;
    if (verb === 'list' && rest.length === 0) return list(given);
    if (verb === 'get' && rest.length === 1) return get(given, String(rest[0]));
    if (verb === 'remove' && rest.length === 1) return removeJob(given, String(rest[0]));
    throw new UsageError('Say `jobs`, `jobs list`, `jobs get NAME-OR-ID` or `jobs remove NAME-OR-ID`.');
  },
};

const list = async (given: Given): Promise<Report> => {
  const limit = optionNumber(given, 'limit', { most: 1_000, otherwise: 100 });
  const client = await clientFor(given);
  const query = { owner: optionText(given, 'owner'), name: optionText(given, 'name'), page_size: limit };
  const page = await client.get<{ jobs: JobShape[]; next_key?: string }>('/jobs', query);
  const paint = paintFor(given.terminal);
  return {
    exit: exitCodes.done,
    lines: [
      ...table(
        ['NAME', 'OWNER', 'STATUS', 'SCHEDULE', 'NEXT RUN', 'ID'],
        page.jobs.map((job) => [
          job.name,
          ownerText(job.owner),
          paintState(paint, job.status),
          scheduleOf(job),
          localTime(job.next_run_at),
          paint.faint(job.id),
        ]),
      ),
      ...(page.next_key === undefined ? [] : [`There are more than ${limit}: --limit N, or --name PART.`]),
    ],
    json: { jobs: page.jobs },
  };
};

const get = async (given: Given, which: string): Promise<Report> => {
  const job = await findJob<JobShape & Record<string, unknown>>(
    await clientFor(given),
    which,
    optionText(given, 'owner'),
  );
  return { exit: exitCodes.done, lines: jobLines(job, paintFor(given.terminal)), json: { job } };
};

const scheduleOf = ({ schedule, paused }: JobShape): string => {
  if (schedule === null) return '-';
  const zone = schedule.timezone === null ? '' : ` ${schedule.timezone}`;
  return `${schedule.cron}${zone}${paused ? ' (paused)' : schedule.enabled ? '' : ' (off)'}`;
};
