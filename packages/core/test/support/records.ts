import { defaults } from '../../src/domain/job/defaults.ts';
import type { Job } from '../../src/domain/job/job.ts';
import type { JobInput } from '../../src/domain/job/job-schema.ts';
import { parseJob } from '../../src/domain/job/parse-job.ts';
import type { Run } from '../../src/domain/run/run.ts';
import { newRun } from '../../src/engine/carry-out.ts';

let made = 0;
const id = (): string => (++made).toString(16).padStart(32, '0');

export const aJob = (input: Partial<JobInput> = {}, job: Partial<Job> = {}): Job => ({
  id: id(),
  revision: 1,
  spec: parseJob(
    { name: `job-${made}`, command: 'true', ...input },
    { sizes: defaults.sizes, executors: ['process'], defaultExecutor: 'process', defaultOwner: 'user:ann' },
  ),
  applied: false,
  pause: null,
  createdAt: 0,
  updatedAt: 0,
  ...job,
});

export const aRun = (run: Partial<Run> = {}, job: Job = aJob()): Run => ({
  ...newRun({ id: id(), job, trigger: 'manual', requestedBy: 'ann', now: 0 }),
  ...run,
});
