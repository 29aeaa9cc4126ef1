import type { Client } from '../client/client.ts';
import { Unreachable } from '../client/errors.ts';
import { followLog } from '../client/follow-log.ts';
import type { JobShape, RunDetailsShape } from '../client/shapes.ts';
import { waitForRun } from '../client/wait-for-run.ts';
import type { Report } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printLog } from '../logs/print-log.ts';
import { paintFor } from '../output/paint.ts';
import { visible } from '../output/visible.ts';
import type { Terminal } from '../terminal.ts';
import { runExit } from './run-exit.ts';

export interface AttendOptions {
  follow: boolean;
  json: boolean;
  job: Pick<JobShape, 'name'>;
  terminal: Terminal;
}

/** Waits for the end of a run and reports it as its own. Neither Ctrl-C nor a server that stays away does anything to the run. */
export const attend = async (client: Client, id: string, options: AttendOptions): Promise<Report> => {
  const { job, terminal } = options;
  const signal = terminal.interrupted();
  terminal.err(visible(`runyard: started run ${id} of ${job.name}.\n`));
  try {
    return ended(await untilEnd(client, id, { ...options, signal }), options);
  } catch (error) {
    if (signal.aborted) return goesOn(id);
    if (error instanceof Unreachable)
      throw new Unreachable(`${error.message} The run goes on without us: \`runyard logs -f ${id}\`.`, {
        cause: error,
      });
    throw error;
  }
};

const untilEnd = async (
  client: Client,
  id: string,
  { follow, json, terminal, signal }: AttendOptions & { signal: AbortSignal },
): Promise<RunDetailsShape> => {
  if (follow) {
    const out: Terminal['out'] = json ? (text) => terminal.err(text) : terminal.out;
    await printLog(followLog(client, id, { follow: true, signal }), { out, paint: paintFor(terminal) });
  }
  return waitForRun(client, id, signal);
};

const ended = (run: RunDetailsShape, { follow, terminal, json }: AttendOptions): Report => {
  const sentence = `Run ${run.id} ${run.state}${run.reason === null ? '' : ` (${run.reason})`}: ${run.sentence ?? 'without a word.'}`;
  // Beside a log on stdout, our own words would be taken for a part of it.
  if (follow && !json) terminal.err(visible(`runyard: ${sentence}\n`));
  return { exit: runExit(run), lines: follow ? [] : [sentence], json: { run } };
};

const goesOn = (id: string): Report => ({
  exit: exitCodes.interrupted,
  lines: [`run ${id} goes on. To stop it: \`runyard stop ${id}\`; to watch it again: \`runyard logs -f ${id}\`.`],
  json: { run: { id }, interrupted: true },
  failed: true,
});
