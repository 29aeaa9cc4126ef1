import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './client.ts';
import { followPatienceMs } from './follow-log.ts';
import { hasEnded, type RunDetailsShape } from './shapes.ts';

const firstPauseMs = 200;
const longestPauseMs = 3_000;

/** Resolves when the run has ended. A server that is away is waited for, 5 min unless `--patience` says otherwise. */
export const waitForRun = async (client: Client, id: string, signal: AbortSignal): Promise<RunDetailsShape> => {
  for (let wait = firstPauseMs; ; wait = Math.min(1.5 * wait, longestPauseMs)) {
    const run = await client.send<RunDetailsShape>('GET', `/runs/${id}`, {
      repeatable: true,
      patienceMs: followPatienceMs,
      signal,
    });
    if (hasEnded(run)) return run;
    await pause(wait, undefined, { signal });
  }
};
