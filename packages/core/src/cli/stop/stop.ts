import { type Client, clientFor } from '../client/client.ts';
import { Refused } from '../client/errors.ts';
import { oneWord } from '../client/find-job.ts';
import { runOrJob } from '../client/find-run.ts';
import { askingExits, optionText } from '../client/options.ts';
import { clientHelp, clientOptions } from '../client/settings.ts';
import { activeStates, hasEnded, type RunShape } from '../client/shapes.ts';
import { waitForRun } from '../client/wait-for-run.ts';
import type { Command, Report } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export const stopCommand: Command = {
  usage: 'runyard stop RUN-OR-JOB [--wait] [--owner OWNER] [--json]',
  help: [
    'Stops a run, or every active run of a job: its command gets TERM, and KILL where it has not ended within the grace',
    'time of its job. A run that has ended already is left as it is.',
    '',
    '  --wait             until nothing of it runs any more',
    '  --owner OWNER      whose job, where several have that name',
    ...clientHelp,
    '',
    `Exit codes: 0 asked to stop, or nothing to stop; ${askingExits}`,
  ],
  options: { ...clientOptions, wait: { type: 'boolean' }, owner: { type: 'string' } },
  async run(given) {
    const which = oneWord(given, 'run or job');
    const client = await clientFor(given);
    const found = await runOrJob(client, which, optionText(given, 'owner'));
    const runs = 'run' in found ? [found.run] : await activeRuns(client, found.job.id);
    if ('job' in found && runs.length === 0) return report([], [`No run of ${found.job.name} is active.`]);
    const stopped: RunShape[] = [];
    for (const run of runs) stopped.push(await stop(client, run));
    if (given.options.wait === true)
      for (const [index, run] of stopped.entries())
        stopped[index] = await waitForRun(client, run.id, new AbortController().signal);
    return report(stopped, stopped.map(sentence));
  },
};

// Asking twice is asking once.
const stop = async (client: Client, run: RunShape): Promise<RunShape> => {
  if (hasEnded(run)) return run;
  return client.send<RunShape>('POST', `/runs/${run.id}/cancel`, { repeatable: true }).catch((error: unknown) => {
    if (error instanceof Refused && error.code === 'run-ended') return client.get<RunShape>(`/runs/${run.id}`);
    throw error;
  });
};

const activeRuns = async (client: Client, jobId: string): Promise<RunShape[]> => {
  const runs: RunShape[] = [];
  for (let key: string | undefined; ; ) {
    const query = { job_id: jobId, state: activeStates, page_size: 1000, next_key: key };
    const page = await client.get<{ runs: RunShape[]; next_key?: string }>('/runs', query);
    runs.push(...page.runs);
    if (page.next_key === undefined) return runs;
    key = page.next_key;
  }
};

const sentence = (run: RunShape): string =>
  hasEnded(run) ? `Run ${run.id} has ended (${run.state}).` : `Run ${run.id} was asked to stop.`;

const report = (runs: readonly RunShape[], lines: readonly string[]): Report => ({
  exit: exitCodes.done,
  lines,
  json: { runs },
});
