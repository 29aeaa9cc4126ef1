import { createRunyard, type Runyard } from '@runyard/core';
import type { RunyardSource } from './options.ts';

/** A Runyard, and whether it is ours to start and close. */
export interface HeldRunyard {
  runyard: Runyard;
  owned: boolean;
  autoStart: boolean;
}

/** What the host gave: its own Runyard as it is, or one made of its options, which waits for the application to be ready. */
export const holdRunyard = async (source: RunyardSource): Promise<HeldRunyard> => {
  if (isRunyard(source)) return { runyard: source, owned: false, autoStart: false };
  const runyard = await createRunyard({ ...source, autoStart: false });
  return { runyard, owned: true, autoStart: source.autoStart ?? true };
};

const isRunyard = (source: RunyardSource): source is Runyard => 'jobs' in source && 'runs' in source;
