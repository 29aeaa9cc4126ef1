import type { Runyard } from '@runyard/core';
import type { RunyardModuleOptions } from '../options.ts';
import { applyJobs } from './apply-jobs.ts';
import { type Finding, type FoundMethod, findMethods } from './find-methods.ts';
import { JOBS, type JobOptions } from './job.ts';
import { functionNameOf, isFunctionJob } from './job-input.ts';
import { listen } from './listen.ts';
import { LISTENERS, type Listening } from './on-run.ts';

/** The methods of the host that Runyard calls. */
export interface Methods {
  /** Finds them, and has them called from now on. */
  connect(): void;
  /** Applies their jobs. */
  apply(): Promise<void>;
  disconnect(): void;
}

export interface MethodsOptions extends Finding {
  runyard: Runyard;
  settings: RunyardModuleOptions;
}

export const newMethods = ({ runyard, settings, ...finding }: MethodsOptions): Methods => {
  const undo: (() => void)[] = [];
  const ours = <T extends { runyard?: string }>(key: string): FoundMethod<T>[] =>
    findMethods<T>(finding, key).filter(({ metadata }) => metadata.runyard === settings.name);
  let jobs: FoundMethod<JobOptions>[] = [];
  return {
    connect: () => {
      jobs = ours<JobOptions>(JOBS);
      for (const [name, call] of functionsOf(jobs)) undo.push(runyard.define(name, call));
      for (const method of ours<Listening>(LISTENERS)) undo.push(listen(runyard, method));
    },
    apply: () => applyJobs(runyard, jobs, { prune: settings.prune ?? false }),
    disconnect: () => {
      for (const one of undo.splice(0)) one();
    },
  };
};

// A method with several jobs is one function.
const functionsOf = (jobs: readonly FoundMethod<JobOptions>[]) =>
  new Map(jobs.filter(({ metadata }) => isFunctionJob(metadata)).map((job) => [functionNameOf(job), job.call]));
