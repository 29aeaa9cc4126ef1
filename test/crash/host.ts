// A host in a process of its own, told what to do over IPC, so that a test can kill it.
import { createRunyard, type JobInput } from '@runyard/core';

export type Command = { do: 'start'; job: JobInput } | { do: 'close' };
export type Report = { is: 'ready' } | { is: 'started'; runId: string } | { is: 'closed' };

const [dataDir] = process.argv.slice(2);
const report = (message: Report): void => void process.send?.(message);

const runyard = await createRunyard({ ...(dataDir !== undefined && { dataDir }) });
process.on('message', async (command: Command) => {
  if (command.do === 'start') {
    const [applied] = await runyard.jobs.apply(command.job);
    if (!applied) throw new Error('one job in, one job out');
    const { id: runId } = await runyard.jobs.start(applied.job.id);
    report({ is: 'started', runId });
  } else {
    await runyard.close();
    report({ is: 'closed' });
    process.disconnect();
  }
});
report({ is: 'ready' });
