import type { Outcome } from '../../domain/run/outcome.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Change } from '../../ports/store.ts';
import type { EngineContext } from '../context.ts';
import { reportFault } from '../fault.ts';
import type { Held } from '../holdings.ts';
import { untilAnswered } from '../retry.ts';
import { makeNotices } from './make.ts';

/**
 * Whether the run of its job that ended before this one had failed. Asked before the end is written, and only where that may be a recovery that
 * somebody is told of; of many that end at once, it is asked once. Runs that were skipped or cancelled prove nothing, and are looked past.
 */
export const followsFailure = async (context: EngineContext, held: Held, outcome: Outcome): Promise<boolean> => {
  const { notices, store, clock } = context;
  const { job, run } = held;
  if (outcome.class !== 'exited' || outcome.code !== 0) return false;
  if (notices.wanting('run.recovered', { id: job.id, owner: job.spec.owner }).length === 0) return false;
  const query = { jobId: job.id, states: ['succeeded', 'failed'], limit: 1, descending: true } as const;
  const state = await untilAnswered(
    clock,
    held.detach.signal,
    () => notices.lastEnds.ask(job.id, async () => (await store.runs(query)).items[0]?.state),
    (error) => reportFault(context, error, 'How the run before ended could not be read; trying again.', { run }),
  );
  return state === 'failed';
};

/** What is written with the end of a run; nothing where it has not ended, or nobody is told. */
export const noticesOfEnd = (
  context: EngineContext,
  { run, job, afterFailure, now }: { run: Run; job: Held['job']; afterFailure: boolean; now: number },
): Change[] => {
  if (run.state === 'failed') return makeNotices(context, { event: 'run.last-failure', job, run, now });
  if (run.state === 'succeeded' && afterFailure) return makeNotices(context, { event: 'run.recovered', job, run, now });
  return [];
};
