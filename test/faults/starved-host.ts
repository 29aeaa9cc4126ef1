// A host whose process may have few files open, told over IPC when it is to have none left.
import { closeSync, openSync } from 'node:fs';
import { createRunyard, type JobInput, type Run } from '@runyard/core';
import { faultsOf, firstLine, wholeLog } from './faulty-host.ts';

export type Command =
  | { do: 'starve'; leave: number }
  | { do: 'relieve' }
  | { do: 'start'; job: JobInput }
  | { do: 'hear' }
  | { do: 'begun'; runId: string }
  | { do: 'look'; runId: string }
  | { do: 'finish'; runId: string }
  | { do: 'close' };
export type Report =
  | { is: 'ready' }
  | { is: 'starved' }
  | { is: 'relieved' }
  | { is: 'started'; runId: string }
  | { is: 'heard'; sentence: string }
  | { is: 'begun' }
  | { is: 'seen'; run: Run; faults: string[] }
  | { is: 'finished'; run: Run; log: string }
  | { is: 'closed' };

const dataDir = process.argv[2] as string;
const taken: number[] = [];
let taking: ReturnType<typeof setInterval> | undefined;
const report = (message: Report): void => void process.send?.(message);

const starve = (leave: number): void => {
  take();
  for (const file of taken.splice(0, leave)) closeSync(file);
  // What was open for a moment just then is free a moment later.
  if (leave === 0) taking = setInterval(take, 5);
};

const take = (): void => {
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch (error) {
    if ((error as { code?: string }).code !== 'EMFILE') throw error;
  }
};

const relieve = (): void => {
  clearInterval(taking);
  for (const file of taken.splice(0)) closeSync(file);
};

const runyard = await createRunyard({ dataDir });
const faults = faultsOf(runyard);

const obey = async (command: Command): Promise<Report> => {
  switch (command.do) {
    case 'starve':
      starve(command.leave);
      return { is: 'starved' };
    case 'relieve':
      relieve();
      return { is: 'relieved' };
    case 'start': {
      const job = await runyard.jobs.create(command.job);
      return { is: 'started', runId: (await runyard.jobs.start(job.id)).id };
    }
    case 'begun':
      await firstLine(runyard, command.runId);
      return { is: 'begun' };
    case 'hear':
      return { is: 'heard', sentence: await faults.said(/EMFILE|files/) };
    case 'look':
      return { is: 'seen', run: await runyard.runs.get(command.runId), faults: faults.sentences };
    case 'finish':
      return {
        is: 'finished',
        run: await runyard.runs.wait(command.runId),
        log: await wholeLog(runyard, command.runId),
      };
    case 'close':
      await runyard.close();
      return { is: 'closed' };
  }
};

process.on('message', async (command: Command) => {
  report(await obey(command));
  if (command.do === 'close') process.disconnect();
});
report({ is: 'ready' });
