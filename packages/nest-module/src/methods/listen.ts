import { Logger } from '@nestjs/common';
import type { Run, Runyard } from '@runyard/core';
import type { FoundMethod } from './find-methods.ts';
import { jobNameOf } from './job-name-of.ts';
import type { Listening, OnRunEvent } from './on-run.ts';

const logger = new Logger('RunyardModule');

/** Has a method called for the runs that it asks for; the answer ends that. What it throws is logged: nobody waits for it. */
export const listen = (runyard: Runyard, { label, metadata, call }: FoundMethod<Listening>): (() => void) => {
  const { states, job } = metadata;
  const hear = async (event: OnRunEvent): Promise<void> => {
    try {
      if (await isMeant(runyard, event.run, job)) await call(event);
    } catch (error) {
      const stack = error instanceof Error ? error.stack : String(error);
      logger.error(`@OnRun on ${label} threw at run ${event.run.id}, which is ${event.run.state}.`, stack);
    }
  };
  const listener = (event: OnRunEvent): void => void hear(event);
  for (const state of states) runyard.on(`run.${state}`, listener);
  return () => {
    for (const state of states) runyard.off(`run.${state}`, listener);
  };
};

const isMeant = async (runyard: Runyard, run: Run, job: Listening['job']): Promise<boolean> =>
  typeof job === 'string' ? (await jobNameOf(runyard, run)) === job : (job?.(run) ?? true);
