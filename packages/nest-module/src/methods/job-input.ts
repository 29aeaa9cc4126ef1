import { type JobInput, RunyardError } from '@runyard/core';
import type { FoundMethod } from './find-methods.ts';
import type { EnvironmentJobOptions, FunctionJobOptions, JobOptions } from './job.ts';

type FoundJob = FoundMethod<JobOptions>;

/** The job that a method stands for. */
export const jobInputOf = async ({ metadata, ...found }: FoundJob): Promise<JobInput> =>
  isFunctionJob(metadata) ? functionJob({ ...found, metadata }) : environmentJob({ ...found, metadata });

export const isFunctionJob = (options: JobOptions): options is FunctionJobOptions => options.command === undefined;

/** What the function executor knows the method by. */
export const functionNameOf = ({ label }: Pick<FoundJob, 'label'>): string => label;

const functionJob = ({ label, metadata }: FoundMethod<FunctionJobOptions>): JobInput => {
  const { runyard: _, args = [], command: __, name = label, executor = 'function', ...rest } = metadata;
  return { ...rest, name, executor, command: [functionNameOf({ label }), ...args] };
};

const environmentJob = async ({ label, metadata, call }: FoundMethod<EnvironmentJobOptions>): Promise<JobInput> => {
  const { runyard: _, name = label, env, ...rest } = metadata;
  return { ...rest, name, env: { ...env, ...environment(await call(), label) } };
};

const environment = (answer: unknown, label: string): Record<string, string> => {
  if (answer === undefined || answer === null) return {};
  const isFit = typeof answer === 'object' && Object.values(answer).every((value) => typeof value === 'string');
  if (isFit) return answer as Record<string, string>;
  throw new RunyardError(
    'invalid-job',
    `@Job on ${label} has a command, so the method tells its environment: it is to answer with an object of texts, or nothing.`,
    { field: 'env', expected: 'an object of texts', received: typeof answer },
  );
};
