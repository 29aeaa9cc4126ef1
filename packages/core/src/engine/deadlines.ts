import type { StopCause } from '../domain/run/run.ts';
import { follow } from '../ports/follow.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import type { Held } from './holdings.ts';
import { sleepFor, untilAnswered } from './retry.ts';
import { requestStop } from './stop-run.ts';

export const hasDeadlines = ({ run, job }: Held): boolean => run.startBy !== null || job.spec.limits.runMs !== null;

/**
 * Keeps the start deadline until the run is running, then the attempt's run limit. What is left of them is counted on the
 * monotonic clock: a wall clock that is set forward ends no run. Ends with the signal.
 */
export const watchDeadlines = async (context: EngineContext, held: Held, signal: AbortSignal): Promise<void> => {
  const { startBy } = held.run;
  const { runMs } = held.job.spec.limits;
  const runs = follow(signal);
  const forget = held.running.on(runs.end);
  try {
    if (startBy !== null) {
      await sleepFor(context.clock, startBy - context.clock.now(), runs.signal).catch(() => {});
      signal.throwIfAborted();
      if (!held.running.happened) return await stopFor(context, held, 'start-deadline', signal);
    }
    if (runMs === null) return;
    await aborted(runs.signal);
    signal.throwIfAborted();
    const now = context.clock.now();
    const ran = Math.max(0, now - (held.attempt.startedAt ?? now));
    await sleepFor(context.clock, runMs - ran, signal);
    await stopFor(context, held, 'timeout', signal);
  } catch (error) {
    // The attempt is over, or we let go of it.
    if (!signal.aborted) throw error;
  } finally {
    forget();
    runs.end();
  }
};

// A store that does not take the request now must not let the run go on for ever.
const stopFor = async (context: EngineContext, held: Held, cause: StopCause, signal: AbortSignal): Promise<void> => {
  await untilAnswered(
    context.clock,
    signal,
    () => requestStop(context, held.run.id, { cause, by: 'engine', epoch: held.run.leaseEpoch }),
    (error) => reportFault(context, error, `The ${cause} of a run could not be written; trying again.`, held),
  );
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
