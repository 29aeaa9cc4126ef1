import type { Run } from '../../domain/run/run.ts';
import type { Change } from '../../ports/store.ts';
import type { EngineContext } from '../context.ts';
import { reportFault } from '../fault.ts';
import type { Held } from '../holdings.ts';
import { untilAnswered } from '../retry.ts';
import { becomesFailing, recovers, type Standing, standingOf } from './failing.ts';
import { makeNotices } from './make.ts';

/** How the job stands before the end of this run is written; asked until it is answered. */
export const standingBefore = (context: EngineContext, { job, run, detach }: Held): Promise<Standing | null> =>
  untilAnswered(
    context.clock,
    detach.signal,
    () => standingOf(context, job),
    (error) => reportFault(context, error, 'How the run before ended could not be read; trying again.', { run }),
  );

/** What is written with the end of a run; nothing where it has not ended, or nobody is told. */
export const noticesOfEnd = (
  context: EngineContext,
  { run, job, standing, now }: { run: Run; job: Held['job']; standing: Standing | null; now: number },
): Change[] => {
  if (run.state === 'failed') {
    const changes = standing ? becomesFailing(standing, job.id, now) : [];
    return [...changes, ...makeNotices(context, { event: 'run.last-failure', job, run, now })];
  }
  if (run.state !== 'succeeded' || !standing) return [];
  const { told, changes } = recovers(standing, now);
  return [...changes, ...makeNotices(context, { event: 'run.recovered', job, run, now }, told)];
};
