import { type Runyard, RunyardError } from '@runyard/core';
import type { RunyardModuleOptions } from '../options.ts';
import { SETTINGS } from '../tokens.ts';
import { applyJobs } from './apply-jobs.ts';
import type { CallMethod } from './call-method.ts';
import { type Finding, type FoundMethod, findMethods } from './find-methods.ts';
import { newGate } from './gate.ts';
import { JOBS, type JobOptions } from './job.ts';
import { functionNameOf, isFunctionJob } from './job-input.ts';
import { listen } from './listen.ts';
import { LISTENERS, type Listening } from './on-run.ts';
import { refuseStatic } from './refuse-static.ts';
import { refuseTaken } from './refuse-taken.ts';
import { warnIfStarted } from './warn-if-started.ts';

/** The methods of the host that Runyard calls. */
export interface Methods {
  /** Finds them, and makes them known. */
  connect(): Promise<void>;
  /** Applies their jobs. */
  apply(): Promise<void>;
  /** Has them called from now on; one that was to be called before waits for it. */
  open(): void;
  disconnect(): void;
}

export interface MethodsOptions extends Finding {
  runyard: Runyard;
  settings: RunyardModuleOptions;
}

export const newMethods = ({ runyard, settings, ...finding }: MethodsOptions): Methods => {
  const undo: (() => void)[] = [];
  const ours = <T extends { runyard?: string }>(key: string): FoundMethod<T>[] => {
    const found = findMethods<T>(finding, key);
    refuseUnknown(found, namesOf(finding));
    return found.filter(({ metadata }) => metadata.runyard === settings.name);
  };
  let jobs: FoundMethod<JobOptions>[] = [];
  const gate = newGate();
  return {
    connect: async () => {
      refuseTwins(namesOf(finding));
      refuseStatic(finding);
      jobs = ours<JobOptions>(JOBS);
      await refuseTaken(runyard, jobs);
      if (jobs.some(({ metadata }) => isFunctionJob(metadata))) await warnIfStarted(runyard);
      for (const [name, call] of functionsOf(jobs)) undo.push(runyard.define(name, gate.behind(call)));
      for (const method of ours<Listening>(LISTENERS)) undo.push(listen(runyard, method));
    },
    open: gate.open,
    apply: () => applyJobs(runyard, jobs, { prune: settings.prune ?? false }),
    disconnect: () => {
      for (const one of undo.splice(0)) one();
    },
  };
};

// Of each module in the application.
const namesOf = ({ discovery }: Finding): (string | undefined)[] =>
  discovery
    .getProviders()
    .filter(({ token }) => token === SETTINGS)
    .map(({ instance }) => (instance as RunyardModuleOptions).name);

// Whatever names one of them would be of both.
const refuseTwins = (names: readonly (string | undefined)[]): void => {
  const twin = names.find((name, index) => names.indexOf(name) < index);
  if (twin === undefined && names.filter((name) => name === undefined).length < 2) return;
  const called = twin === undefined ? 'without a name' : `called "${twin}"`;
  throw new RunyardError('invalid-option', `Two RunyardModules are ${called}. Give one of them another \`name\`.`, {
    field: 'name',
    ...(twin !== undefined && { received: twin }),
  });
};

// What belongs to none would silently never happen.
const refuseUnknown = (
  methods: readonly FoundMethod<{ runyard?: string }>[],
  names: readonly (string | undefined)[],
): void => {
  const lost = methods.find(({ metadata }) => !names.includes(metadata.runyard));
  if (!lost) return;
  const { label, metadata } = lost;
  const expected = names.map((name) => name ?? 'none').join(', ');
  const meant = metadata.runyard === undefined ? 'names no Runyard' : `names the Runyard "${metadata.runyard}"`;
  throw new RunyardError(
    'invalid-option',
    `The decorator on ${label} ${meant}, and there is no such RunyardModule; there is: ${expected}. Set its \`runyard\`, or the module's \`name\`.`,
    { field: 'runyard', expected, ...(metadata.runyard !== undefined && { received: metadata.runyard }) },
  );
};

// A method with several jobs is one function; two methods of one name are not.
const functionsOf = (jobs: readonly FoundMethod<JobOptions>[]): Map<string, CallMethod> => {
  const functions = new Map<string, CallMethod>();
  for (const job of jobs.filter(({ metadata }) => isFunctionJob(metadata))) {
    const name = functionNameOf(job);
    if ((functions.get(name) ?? job.call) !== job.call)
      throw new RunyardError(
        'name-in-use',
        `@Job is on two methods that are called ${name}: rename one of the classes, or export a provider that is in several modules from one of them.`,
        { field: 'command', received: name },
      );
    functions.set(name, job.call);
  }
  return functions;
};
