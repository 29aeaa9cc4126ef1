import { setTimeout as sleep } from 'node:timers/promises';
import type { RunView, Runyard } from '@runyard/core';

/** Resolves with the run once it is so; rejects after 20 s with what it is then. Not all that is written of a run is told as an event, so we look. */
export const untilRun = async (runyard: Runyard, id: string, isSo: (run: RunView) => boolean): Promise<RunView> => {
  const until = performance.now() + patienceMs;
  for (;;) {
    const run = await runyard.runs.get(id);
    if (isSo(run)) return run;
    if (performance.now() > until) throw new Error(`Waited in vain; the run is ${JSON.stringify(run, null, 1)}`);
    await sleep(lookMs);
  }
};

const patienceMs = 20_000;
const lookMs = 30;
