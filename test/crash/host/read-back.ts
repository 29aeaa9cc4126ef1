import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, ScheduleCursor } from '../../../packages/core/src/domain/job/job.ts';
import type { Attempt, Occurrence, Run } from '../../../packages/core/src/domain/run/run.ts';
import type { Store } from '../../../packages/core/src/ports/store.ts';
import type { Runyard } from '../../../packages/core/src/services/runyard.ts';

/** What a store knows in the end. */
export interface Recorded {
  jobs: { job: Job; cursor: ScheduleCursor | null }[];
  runs: Run[];
  attempts: Attempt[];
  occurrences: Occurrence[];
}

/** Resolves once nothing is left of any attempt of an ended run. */
export const awaitDisposed = async (runyard: Runyard, runId: string): Promise<void> => {
  const over = Promise.withResolvers<void>();
  const look = async (): Promise<void> => {
    const { attempts } = await runyard.runs.get(runId);
    if (attempts.every(({ state }) => state === 'disposed')) over.resolve();
  };
  const heard = (): void => void look().catch(over.reject);
  runyard.on('attempt.disposed', heard);
  heard();
  await over.promise.finally(() => runyard.off('attempt.disposed', heard));
};

/** What the job itself said, phases left out. */
export const wholeLog = async (runyard: Runyard, runId: string): Promise<string> => {
  const texts: string[] = [];
  for await (const { stream, text } of runyard.runs.logs(runId)) if (stream !== 'phase') texts.push(text);
  return texts.join('');
};

export const readRecorded = async (store: Store, runyard: Runyard): Promise<Recorded> => {
  const recorded: Recorded = { jobs: [], runs: [], attempts: [], occurrences: [] };
  const { items } = await runyard.jobs.list({ limit: 1000 });
  for (const job of items) {
    recorded.jobs.push({ job, cursor: await store.cursor(job.id) });
    const range = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1_000_000 };
    recorded.occurrences.push(...(await store.occurrences({ jobId: job.id, ...range })));
  }
  for (let after: string | undefined; ; ) {
    const page = await store.runs({ limit: 1000, ...(after !== undefined && { after }) });
    for (const run of page.items) {
      recorded.runs.push(run);
      recorded.attempts.push(...(await store.attempts(run.id)));
    }
    if (page.next === undefined) return recorded;
    after = page.next;
  }
};

/** What other hosts do is not told to us, so we look. */
export const untilTrue = async (patienceMs: number, look: () => Promise<boolean>): Promise<void> => {
  const until = performance.now() + patienceMs;
  while (!(await look()) && performance.now() < until) await sleep(lookMs);
};

const lookMs = 100;
