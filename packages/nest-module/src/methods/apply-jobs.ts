import { isRunyardError, type JobInput, type Runyard, RunyardError } from '@runyard/core';
import type { FoundMethod } from './find-methods.ts';
import type { JobOptions } from './job.ts';
import { jobInputOf } from './job-input.ts';
import { pruneAll } from './prune-all.ts';

interface Described {
  label: string;
  input: JobInput;
}

/** Brings the stored jobs to what the methods say; an error names the method. */
export const applyJobs = async (
  runyard: Runyard,
  jobs: readonly FoundMethod<JobOptions>[],
  options: { prune: boolean },
): Promise<void> => {
  if (jobs.length === 0) return options.prune ? pruneAll(runyard) : undefined;
  const described = await Promise.all(jobs.map(async (job) => ({ label: job.label, input: await jobInputOf(job) })));
  refuseTwins(described);
  const inputs = described.map(({ input }) => input);
  await runyard.jobs.apply(inputs, options).catch(async (error: unknown) => {
    throw await withMethod(runyard, described, error);
  });
};

// Each would undo the other at every start.
const refuseTwins = (jobs: readonly Described[]): void => {
  const seen = new Map<string, string>();
  for (const { label, input } of jobs) {
    const key = `${input.owner ?? ''} ${input.name}`;
    const other = seen.get(key);
    if (other !== undefined)
      throw new RunyardError(
        'name-in-use',
        `@Job on ${label} and on ${other} have the same name and owner: "${input.name}". Give one of them another \`name\`; ` +
          'a provider that is in several modules is to be exported by one.',
        { field: 'name', received: input.name },
      );
    seen.set(key, label);
  }
};

// Looked for only where something is wrong: which of them it is.
const withMethod = async (runyard: Runyard, jobs: readonly Described[], error: unknown): Promise<unknown> => {
  if (!isRunyardError(error)) return error;
  for (const { label, input } of jobs) {
    const fault: unknown = await runyard.jobs.diff(input).then(
      () => null,
      (own: unknown) => own,
    );
    if (!isRunyardError(fault) || fault.code !== error.code) continue;
    const { code, message, field, expected, received } = fault;
    return new RunyardError(code, `@Job on ${label}: ${message}${adviceFor(code, input)}`, {
      cause: fault,
      ...(field !== undefined && { field }),
      ...(expected !== undefined && { expected }),
      ...(received !== undefined && { received }),
    });
  }
  return error;
};

const adviceFor = (code: string, { executor }: JobInput): string =>
  code === 'unknown-executor' && executor === 'function'
    ? ' A Runyard that the host makes itself calls methods by `createRunyard({ executors: { …, function: functionExecutor() } })`.'
    : '';
