import type { Job } from '../domain/job/job.ts';
import { type Attempt, isTerminal, type Run } from '../domain/run/run.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';

/** A run that is leased to us, as it stands now; null where it is not any more, or there is nothing to go on with. */
export const readLeased = async (
  context: EngineContext,
  id: string,
): Promise<{ run: Run; attempt: Attempt; job: Job } | null> => {
  const { store, instance } = context;
  const run = await store.run(id);
  if (run?.leaseInstance !== instance || isTerminal(run.state)) return null;
  const [job, attempts] = await Promise.all([store.jobAt(run.jobId, run.revision), store.attempts(id)]);
  const attempt = attempts.find((one) => one.attempt === run.attempt);
  if (!job || !attempt) {
    const sentence = `Run ${id} cannot be looked after: its job's revision or its attempt is not in the store.`;
    reportFault(context, null, sentence, { run });
    return null;
  }
  // Read in two steps: where the attempt has ended, somebody else took the run in between.
  return isLive(attempt) ? { run, attempt, job } : null;
};

const isLive = ({ state }: Attempt): boolean => state === 'preparing' || state === 'prepared' || state === 'started';
