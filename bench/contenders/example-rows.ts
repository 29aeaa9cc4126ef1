import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunyard, functionExecutor, type RunyardOptions } from '@runyard/core';

/** A data directory, and a store, with an empty queue and one run that has ended, so that a floor knows our tables and the rows that we write. */
export const exampleDataDir = async (options: RunyardOptions = {}): Promise<string> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'runyard-bench-floor-'));
  const executors = { function: functionExecutor({ functions: { nothing: async () => {} } }) };
  const runyard = await createRunyard({ dataDir, executors, ...options });
  const { id } = await runyard.jobs.create({ name: 'nothing', command: ['nothing'] });
  const disposed = new Promise((resolve) => runyard.once('attempt.disposed', resolve));
  await runyard.jobs.start(id);
  await disposed;
  await runyard.close();
  return dataDir;
};
