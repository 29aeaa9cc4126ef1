import { isRunyardError, type Runyard, RunyardError } from '@runyard/core';
import type { FoundMethod } from './find-methods.ts';
import type { JobOptions } from './job.ts';
import { functionNameOf, isFunctionJob, jobInputOf } from './job-input.ts';

/** Refuses methods that would never be called: of two functions of one name, that of the executor itself comes first. */
export const refuseTaken = async (runyard: Runyard, jobs: readonly FoundMethod<JobOptions>[]): Promise<void> => {
  for (const job of jobs.filter(({ metadata }) => isFunctionJob(metadata))) {
    const { command, executor = 'function' } = await jobInputOf(job);
    // Nobody has made ours known so far.
    const isTaken = await runyard.jobs.diff({ name: 'free', command, executor }).then(() => true, isOtherwise);
    if (isTaken)
      throw new RunyardError(
        'name-in-use',
        `@Job on ${job.label}: the executor "${executor}" runs "${functionNameOf(job)}" by itself, so that the method would never be called. Rename one of them, or leave \`executor\` out.`,
        { field: 'command', received: functionNameOf(job) },
      );
  }
};

// What else is wrong is said when the job is applied.
const isOtherwise = (error: unknown): boolean => {
  if (isRunyardError(error)) return false;
  throw error;
};
