import { createRunyard, functionExecutor, processExecutor, type Runyard, type RunyardOptions } from '@runyard/core';
import type { RunyardModuleOptions, RunyardSource } from './options.ts';

/** Of the Runyards that we have made, and so close: whether they are to be started. */
const made = new WeakMap<Runyard, { autoStart: boolean }>();

const ofHosts = new WeakSet<Runyard>();

/** Whether the module was given it ready made; not where a test has put one in the place of ours. */
export const madeByHost = (runyard: Runyard): boolean => ofHosts.has(runyard);

/** Undefined for one that the host, or a test, has made and closes itself. */
export const madeByUs = (runyard: Runyard): { autoStart: boolean } | undefined => made.get(runyard);

/** The host's own Runyard as it is, or one made of its options, which waits for the application to be ready. */
export const openRunyard = async (source: RunyardSource, { authenticate }: RunyardModuleOptions): Promise<Runyard> => {
  if (isRunyard(source)) {
    ofHosts.add(source);
    return source;
  }
  const runyard = await createRunyard({
    ...source,
    // One of the ways that the options give, also where it stands beside a factory.
    ...(authenticate && { authenticate }),
    executors: withFunctions(source.executors),
    autoStart: false,
  });
  made.set(runyard, { autoStart: source.autoStart ?? true });
  return runyard;
};

export const isRunyard = (source: RunyardSource): source is Runyard => 'jobs' in source && 'runs' in source;

// Last, so that it is the default of nobody who did not ask for it.
const withFunctions = (
  given: RunyardOptions['executors'] = { process: processExecutor() },
): NonNullable<RunyardOptions['executors']> =>
  'function' in given ? given : { ...given, function: functionExecutor() };
