import type { FunctionContext, JobInput } from '@runyard/core';
import { appendMetadata } from './metadata.ts';

interface AnyJobOptions extends Omit<JobInput, 'name' | 'command'> {
  /** Default: the class and the method, `Reports.daily`. */
  name?: string;
  /** Name of the Runyard that it is a job of, where an application has several. */
  runyard?: string;
}

/** The method is the job: it is called for each attempt, in this process, with a `FunctionContext`. */
export interface FunctionJobOptions extends AnyJobOptions {
  command?: undefined;
  /** What comes as `ctx.args`. */
  args?: string[];
}

/** The command is the job; the method is called once, when the job is applied, and answers with variables for it, over those of `env`. */
export interface EnvironmentJobOptions extends AnyJobOptions {
  command: string | string[];
}

export type JobOptions = FunctionJobOptions | EnvironmentJobOptions;

type On<Most> = <Method extends Most>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;
type Environment = Record<string, string> | null | undefined;

/** The key of what is known of a method's jobs. */
export const JOBS = '@runyard/nest-module:jobs';

/**
 * Makes a provider's (or a controller's) method a job, kept by `jobs.apply` at each start of the application: made, changed where
 * the options have changed, else left alone. May stand several times above one method, with a `name` each.
 *
 * Without `command` the method is what runs; it gets a `FunctionContext`. With `command` that runs, by its `executor`, and the method
 * tells its environment.
 */
export function Job(options?: FunctionJobOptions): On<(context: FunctionContext) => unknown>;
export function Job(options: EnvironmentJobOptions): On<() => Environment | Promise<Environment>>;
export function Job(options: JobOptions = {}): MethodDecorator {
  return appendMetadata(JOBS, options);
}
