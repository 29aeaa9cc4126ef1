import { parseCron } from '../../domain/schedule/cron.ts';
import { clientFor } from '../client/client.ts';
import { findJob, oneWord } from '../client/find-job.ts';
import { askingExits, optionNumber, optionText } from '../client/options.ts';
import { clientHelp, clientOptions } from '../client/settings.ts';
import { type Command, type Given, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../output/table.ts';
import { localZone, timeIn } from '../output/time.ts';

export const previewCommand: Command = {
  usage: 'runyard preview CRON-OR-JOB [-n N] [--timezone ZONE] [--dst once|robfig] [--owner OWNER] [--json]',
  help: [
    'Shows when a cron expression, or the schedule of a job, is due next. An expression is read here and needs no server:',
    "write it as one word, '30 2 * * 1-5'. Of a job it is what will be, with its jitter, also while it is paused.",
    '',
    '  -n N               so many; default 5',
    '  --timezone ZONE    of an expression without one of its own: an IANA name; default UTC',
    '  --dst RULE         of an expression: what becomes of times that a change of the clock skips or repeats; default once',
    '  --owner OWNER      whose job, where several have that name',
    ...clientHelp,
    '',
    `Exit codes: 0; 64 also for an expression that is none; ${askingExits}`,
  ],
  options: {
    ...clientOptions,
    number: { type: 'string', short: 'n' },
    timezone: { type: 'string' },
    dst: { type: 'string' },
    owner: { type: 'string' },
  },
  async run(given) {
    const which = oneWord(given, 'cron expression or job');
    const n = optionNumber(given, 'number', { most: 1_000, otherwise: 5 });
    const { says, zone, instants } = isCron(which) ? ofCron(given, which, n) : await ofJob(given, which, n);
    const local = localZone();
    const zones = [...new Set(['UTC', local, ...(zone === null ? [] : [zone])])];
    return {
      exit: exitCodes.done,
      lines: [
        says,
        ...(instants.length === 0
          ? ['It is not due any more.']
          : table(
              zones.map((name) => (name === local && name !== 'UTC' ? `${name} (here)` : name)),
              instants.map((at) => zones.map((name) => timeIn(name, at))),
            )),
      ],
      json: { says, timezone: zone, times: instants.map((at) => new Date(at).toISOString()) },
    };
  },
};

interface Preview {
  says: string;
  /** Of the schedule, where it is known. */
  zone: string | null;
  /** Epoch ms. */
  instants: number[];
}

// No job is named so by anybody who wants to call it from a shell.
const isCron = (text: string): boolean => /\s/.test(text.trim()) || text.startsWith('@');

const ofCron = (given: Given, expression: string, n: number): Preview => {
  const [timezone, dst] = [optionText(given, 'timezone'), optionText(given, 'dst')];
  if (dst !== undefined && dst !== 'once' && dst !== 'robfig')
    throw new UsageError(`\`--dst\` must be once or robfig; received ${JSON.stringify(dst)}.`);
  const cron = parseCron(expression, { timezone, dst });
  const instants: number[] = [];
  for (let at = cron.next(new Date(given.now())); at !== null && instants.length < n; at = cron.next(at))
    instants.push(at.getTime());
  return { says: `${cron.describe()}.`, zone: cron.timezone, instants };
};

interface PreviewShape {
  says: string | null;
  timezone: string | null;
  times: string[];
}

const ofJob = async (given: Given, which: string, n: number): Promise<Preview> => {
  for (const name of ['timezone', 'dst'])
    if (given.options[name] !== undefined)
      throw new UsageError(`\`--${name}\` is for an expression: a job has its own.`);
  const client = await clientFor(given);
  const job = await findJob(client, which, optionText(given, 'owner'));
  const { says, timezone, times } = await client.get<PreviewShape>(`/jobs/${job.id}/preview`, { n });
  return {
    says: says === null ? `${job.name} has no schedule.` : `${job.name}: ${says}.${job.paused ? ' It is paused.' : ''}`,
    zone: timezone,
    instants: times.map((time) => Date.parse(time)),
  };
};
