import { randomUUID } from 'node:crypto';
import { clientFor } from '../client/client.ts';
import { findJob, oneWord } from '../client/find-job.ts';
import { askingExits, optionPairs, optionText } from '../client/options.ts';
import { clientHelp, clientOptions } from '../client/settings.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { attend } from './attend.ts';
import { runExitHelp } from './run-exit.ts';
import { startRun } from './start-run.ts';

export const startCommand: Command = {
  usage:
    'runyard start NAME-OR-ID [--wait] [--follow] [--ref REF] [--env NAME=VALUE]… [--owner OWNER] [--json] [-- ARGUMENT…]',
  help: [
    'Starts a run of a job. The call carries a key, so that one which is repeated because its answer was lost starts',
    'nothing a second time. Without --wait it ends when the run is accepted.',
    '',
    '  --wait             wait for the end of the run, and end as it did',
    '  --follow           as --wait, and print its log meanwhile (with --json: to stderr)',
    "  --ref REF          instead of the first repository's branch, tag or commit",
    '  --env NAME=VALUE   beside the environment of the job, and before it; may be repeated. Secrets do not belong here:',
    '                     what a run is started with can be read by all who may read it',
    '  --key KEY          the idempotency key; the same key gives the same run for 24 hours. Default: a new one',
    '  --owner OWNER      whose job, where several have that name',
    ...clientHelp,
    '  -- ARGUMENT…       appended to the command of the job',
    '',
    ...runExitHelp,
    `Exit codes besides: 0 accepted; ${askingExits}`,
  ],
  options: {
    ...clientOptions,
    wait: { type: 'boolean' },
    follow: { type: 'boolean' },
    ref: { type: 'string' },
    env: { type: 'string', multiple: true },
    key: { type: 'string' },
    owner: { type: 'string' },
  },
  takesRest: true,
  async run(given) {
    const which = oneWord(given, 'job');
    const { options, rest, terminal } = given;
    const [ref, variables] = [optionText(given, 'ref'), optionPairs(given, 'env')];
    const client = await clientFor(given);
    const job = await findJob(client, which, optionText(given, 'owner'));
    const run = await startRun(client, job.id, {
      key: optionText(given, 'key') ?? randomUUID(),
      overrides: {
        ...(ref !== undefined && { ref }),
        ...(Object.keys(variables).length > 0 && { environment_variables: variables }),
        ...(rest.length > 0 && { arguments: rest }),
      },
    });
    if (options.wait === true || options.follow === true)
      return attend(client, run.id, { follow: options.follow === true, json: options.json === true, job, terminal });
    return {
      exit: exitCodes.done,
      lines: [`Started run ${run.id} of ${job.name}. Its log: \`runyard logs -f ${run.id}\`.`],
      json: { run },
    };
  },
};
