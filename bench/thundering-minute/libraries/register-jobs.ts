// register-jobs.ts <data directory> <how many> <cron>: what an earlier deploy did. In a process of its own, since it is no part of
// what a host that was started today holds in memory.
import { createRunyard, functionExecutor } from '@runyard/core';
import { inParallel } from '../../in-parallel.ts';

const [dataDir = '', size = '', cron = ''] = process.argv.slice(2);
await using runyard = await createRunyard({
  dataDir,
  executors: { function: functionExecutor({ functions: { nothing: () => {} } }) },
  autoStart: false,
});
await inParallel(Number(size), 200, (index) =>
  runyard.jobs.create({ name: `job-${index}`, command: ['nothing', String(index)], schedule: { cron } }),
);
