import { clientFor } from '../client/client.ts';
import { findJob } from '../client/find-job.ts';
import { askingExits, optionNumber, optionText, optionTexts } from '../client/options.ts';
import { clientHelp, clientOptions } from '../client/settings.ts';
import { activeStates, type RunShape, terminalStates } from '../client/shapes.ts';
import { type Command, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { paintFor, paintState } from '../output/paint.ts';
import { table } from '../output/table.ts';
import { lasted, localTime } from '../output/time.ts';
import { jobNames } from './job-names.ts';

export const runsCommand: Command = {
  usage: 'runyard runs [--job NAME-OR-ID] [--state STATE]… [--owner OWNER] [--limit N] [--json]',
  help: [
    'Lists runs, newest first. Times are those of this machine.',
    '',
    '  --job NAME-OR-ID   only runs of that job',
    `  --state STATE      only in that state; again for another: ${[...activeStates, ...terminalStates].join(' ')}`,
    '  --owner OWNER      with --job: whose, where several have that name',
    '  --limit N          at most so many; default 20',
    ...clientHelp,
    '',
    `Exit codes: 0; ${askingExits}`,
  ],
  options: {
    ...clientOptions,
    job: { type: 'string' },
    state: { type: 'string', multiple: true },
    owner: { type: 'string' },
    limit: { type: 'string' },
  },
  async run(given) {
    if (given.words.length > 0) throw new UsageError(`What is \`${given.words[0]}\`? A job is named by --job.`);
    if (given.options.owner !== undefined && given.options.job === undefined)
      throw new UsageError('`--owner` says whose job `--job` means: give that too.');
    const limit = optionNumber(given, 'limit', { most: 1_000, otherwise: 20 });
    const states = optionTexts(given, 'state').flatMap((text) => text.split(','));
    for (const state of states) checkState(state);
    const client = await clientFor(given);
    const which = optionText(given, 'job');
    const job = which === undefined ? undefined : await findJob(client, which, optionText(given, 'owner'));
    const query = { job_id: job?.id, state: states, page_size: limit };
    const { runs } = await client.get<{ runs: RunShape[] }>('/runs', query);
    const names = await jobNames(client, runs, job);
    const paint = paintFor(given.terminal);
    return {
      exit: exitCodes.done,
      lines: table(
        ['RUN', 'JOB', 'STATE', 'REASON', 'TRIGGER', 'CREATED', 'TOOK'],
        runs.map((run) => [
          run.id,
          names.get(run.job_id) ?? run.job_id,
          paintState(paint, run.state),
          run.reason ?? '-',
          run.trigger,
          localTime(run.created_at),
          lasted(run.started_at, run.ended_at ?? given.now()),
        ]),
      ),
      json: { runs },
    };
  },
};

const checkState = (state: string): void => {
  const known: readonly string[] = [...activeStates, ...terminalStates];
  if (!known.includes(state))
    throw new UsageError(`\`--state\` must be one of ${known.join(', ')}; received ${JSON.stringify(state)}.`);
};
