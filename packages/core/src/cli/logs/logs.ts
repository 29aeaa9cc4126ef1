import { clientFor } from '../client/client.ts';
import { oneWord } from '../client/find-job.ts';
import { findRun } from '../client/find-run.ts';
import { followLog } from '../client/follow-log.ts';
import { askingExits, optionNumber, optionText } from '../client/options.ts';
import { clientHelp, clientOptions } from '../client/settings.ts';
import type { LogEntry } from '../client/shapes.ts';
import type { Command, Report } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { paintFor } from '../output/paint.ts';
import type { Terminal } from '../terminal.ts';
import { printLog } from './print-log.ts';

export const logsCommand: Command = {
  usage: 'runyard logs RUN-OR-JOB [--follow] [--tail N] [--owner OWNER] [--json]',
  help: [
    'Prints the log of a run, or of the last run of a job. A connection that breaks is made anew, behind what was printed.',
    '',
    '  -f, --follow       go on until the run has ended',
    '  --tail N           only its last N entries',
    '  --owner OWNER      whose job, where several have that name',
    ...clientHelp,
    '                     with --follow: 300',
    '  --json             one JSON object for each entry',
    '',
    `Exit codes: 0, however the run ended; ${askingExits}`,
  ],
  options: {
    ...clientOptions,
    follow: { type: 'boolean', short: 'f' },
    tail: { type: 'string' },
    owner: { type: 'string' },
  },
  async run(given) {
    const which = oneWord(given, 'run or job');
    const { options, terminal } = given;
    const tail =
      options.tail === undefined ? undefined : optionNumber(given, 'tail', { least: 0, most: 1_000_000, otherwise: 0 });
    const client = await clientFor(given);
    const { id } = await findRun(client, which, optionText(given, 'owner'));
    const entries = followLog(client, id, {
      follow: options.follow === true,
      tail,
      ...(options.follow !== true && { patienceMs: 5_000 }),
      signal: new AbortController().signal,
    });
    if (options.json === true) await printJson(entries, terminal);
    else await printLog(entries, { out: terminal.out, paint: paintFor(terminal) });
    return said;
  },
};

const said: Report = { exit: exitCodes.done, lines: [], json: null };

const printJson = async (entries: AsyncIterable<LogEntry>, { out }: Terminal): Promise<void> => {
  for await (const entry of entries) await out(`${JSON.stringify(entry)}\n`);
};
