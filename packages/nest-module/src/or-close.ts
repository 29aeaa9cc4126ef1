import type { Runyard } from '@runyard/core';
import { madeByUs } from './open-runyard.ts';

/** A step of the start, which closes what we have opened when it fails: Nest calls no hook of an application that did not start. */
export const orClose = async (runyard: Runyard, step: () => void | Promise<void>): Promise<void> => {
  try {
    await step();
  } catch (error) {
    if (madeByUs(runyard)) await runyard.close().catch(() => {}); // the first fault is the one to hear of
    throw error;
  }
};
